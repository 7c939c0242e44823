/** Start a Ray cluster on this machine, to try out machines, until Ctrl+C: `npm run cluster`. */
import { main, PYTHON, run } from './process.mjs';
import { setup } from './setup.mjs';

await main(async args => {
  await setup();
  // Ctrl+C reaches Python too, which stops the cluster; this process only waits for it.
  process.on('SIGINT', () => {});
  return run(PYTHON, ['-m', 'scripts.cluster', ...args]);
});
