/**
 * Set up and run all checks and tests: `npm test`, or only some: `npm test -- jest pytest`.
 *
 * All stages are run even if one fails; the exit code is 1 if any failed.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { findChromium } from './chromium.mjs';
import { Failure, main, PYTHON, run } from './process.mjs';
import { setup } from './setup.mjs';

/** All tests of a file run in one process; the files are started in the order of tests/conftest.py. */
const IN_PARALLEL = [
  '--numprocesses=2',
  '--dist=loadfile',
  '--no-loadscope-reorder'
];

/** import-linter cannot be run with `python -m`. */
const LINT_IMPORTS = path.join(path.dirname(PYTHON), 'lint-imports');

const STAGES = {
  lint: [
    ['eslint', '--max-warnings=0', '.'],
    ['prettier', '--check', '.'],
    ['stylelint', '--max-warnings=0', 'style/**/*.css'],
    [PYTHON, '-m', 'ruff', 'check'],
    [PYTHON, '-m', 'ruff', 'format', '--check'],
    [LINT_IMPORTS, '--no-logo', '--no-cache']
  ],
  types: [
    ['tsc', '--project', 'tsconfig.test.json'],
    [PYTHON, '-m', 'mypy'],
    [PYTHON, 'scripts/generate_models.py', '--check'],
    [PYTHON, 'scripts/generate_client.py', '--check']
  ],
  jest: [['jest', '--ci', '--maxWorkers=100%']],
  pytest: [[PYTHON, '-m', 'pytest', ...IN_PARALLEL]],
  ui: [['playwright', 'test', '--config=ui-tests/playwright.config.ts']]
};

/** Separate folders in place of the user's own. */
function sandbox(folder) {
  const names = {
    AIBRO_HOME: 'aibro',
    IPYTHONDIR: 'ipython',
    JUPYTER_CONFIG_DIR: 'jupyter-config',
    JUPYTER_DATA_DIR: 'jupyter-data',
    JUPYTER_RUNTIME_DIR: 'jupyter-runtime'
  };
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, path.join(folder, name)])
  );
}

async function pass(stage, folder) {
  const extra = sandbox(folder);
  if (stage === 'ui') {
    extra.CHROMIUM = await findChromium();
    // Galata leaves files in the temporary folder.
    extra.TMPDIR = path.join(folder, 'tmp');
    fs.mkdirSync(extra.TMPDIR);
  }
  let passed = true;
  for (const [command, ...args] of STAGES[stage]) {
    console.log(`\n[${stage}] ${path.basename(command)} ${args.join(' ')}`);
    const code = await run(command, args, { env: extra });
    passed &&= code === 0;
  }
  return passed;
}

function chosen(args) {
  const all = Object.keys(STAGES);
  const unknown = args.filter(name => !all.includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      `There is no stage ${unknown.join(', ')}; the stages are ${all.join(', ')}`
    );
  }
  return args.length > 0 ? args : all;
}

await main(async args => {
  const stages = chosen(args);
  await setup();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'aibro-test-'));
  const results = [];
  for (const stage of stages) {
    const start = performance.now();
    let passed = false;
    try {
      passed = await pass(stage, folder);
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      console.error(error.message);
    }
    results.push({
      stage,
      passed,
      seconds: (performance.now() - start) / 1000
    });
  }
  fs.rmSync(folder, { force: true, recursive: true });
  console.log('\nstage      seconds  result');
  for (const { stage, passed, seconds } of results) {
    console.log(
      `${stage.padEnd(8)} ${seconds.toFixed(1).padStart(9)}  ${passed ? 'passed' : 'FAILED'}`
    );
  }
  return results.every(({ passed }) => passed) ? 0 : 1;
});
