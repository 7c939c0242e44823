/** Set up whatever is missing or out of date: `npm run setup`; all other commands start with this. */
import { build } from './build.mjs';
import {
  installNodePackages,
  installProject,
  installPythonPackages,
  linkLabextension,
  makeVenv
} from './environment.mjs';
import { isMain, main } from './process.mjs';

/** Bring `.venv`, `node_modules` and the built extension up to date. */
export async function setup() {
  await makeVenv();
  await installPythonPackages();
  await installProject();
  await installNodePackages();
  await build();
  linkLabextension();
}

if (isMain(import.meta)) {
  await main(async () => {
    await setup();
    console.log('Everything is set up.');
  });
}
