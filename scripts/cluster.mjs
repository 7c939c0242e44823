/** A Ray cluster on this machine to try machines with, until Ctrl+C: `npm run cluster`. */
import { main, PYTHON, run } from './process.mjs';
import { setup } from './setup.mjs';

await main(async args => {
  await setup();
  // Ctrl+C reaches Python too, which takes the cluster away; this program only waits for it.
  process.on('SIGINT', () => {});
  return run(PYTHON, ['-m', 'scripts.cluster', ...args]);
});
