/** Run the benchmarks: `npm run bench`; arguments are passed on to `python -m bench`. */
import { main, PYTHON, run } from './process.mjs';
import { setup } from './setup.mjs';

await main(async args => {
  await setup();
  return run(PYTHON, ['-m', 'bench', ...args]);
});
