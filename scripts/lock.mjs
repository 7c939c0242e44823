/** Write the lock file of the Python packages: `npm run lock`; arguments go to pip-compile. */
import { isMain, main, must, PYTHON } from './process.mjs';
import { setup } from './setup.mjs';

/** Resolve the package, its extras and the development tools into `requirements/dev.txt`. */
async function lock(flags) {
  await setup();
  await must(
    PYTHON,
    [
      '-m',
      'piptools',
      'compile',
      '--quiet',
      '--allow-unsafe',
      '--strip-extras',
      '--no-build-isolation',
      '--no-emit-index-url',
      '--no-emit-find-links',
      '--no-emit-trusted-host',
      '--extra=tensorflow',
      '--extra=jax',
      '--extra=ray',
      '--extra=tensorboard',
      '--extra=test',
      '--output-file=requirements/dev.txt',
      ...flags,
      'pyproject.toml',
      'requirements/dev.in'
    ],
    { env: { CUSTOM_COMPILE_COMMAND: 'npm run lock' } }
  );
}

if (isMain(import.meta)) {
  await main(lock);
}
