/**
 * Set up, run the main job (`examples/main_job.py`), open JupyterLab: `npm start`.
 *
 * With `--headless` it stops when the job's results are on disk.
 */
import { parseArgs } from 'node:util';

import { Failure, main, must, PYTHON, ROOT, run } from './process.mjs';
import { setup } from './setup.mjs';
import { perform } from './step.mjs';

const NOTEBOOK = 'examples/quickstart.ipynb';
const WORKSPACE = 'examples/quickstart.jupyterlab-workspace';

function readFlags(args) {
  try {
    const { values } = parseArgs({
      args,
      options: { headless: { type: 'boolean', default: false } }
    });
    return values;
  } catch (error) {
    throw new Failure(
      `${error.message}\nUsage: npm start [-- --headless]\n` +
        '  --headless  train the main job and end, without serving JupyterLab'
    );
  }
}

/**
 * Import the initial workspace (the notebook beside AIbro's panel); the user's changes to it are
 * kept.
 */
function importWorkspace() {
  return perform({
    title: 'Arranging the quickstart in JupyterLab',
    stamp: '.venv/.workspace',
    inputs: [WORKSPACE],
    outputs: [],
    work: () =>
      must(PYTHON, ['-m', 'jupyterlab', 'workspaces', 'import', WORKSPACE], {
        quiet: true
      })
  });
}

function serve() {
  // Ctrl+C reaches Jupyter too, which then ends; this process only waits for it.
  process.on('SIGINT', () => {});
  const display =
    process.platform === 'darwin' ||
    process.env.DISPLAY ||
    process.env.WAYLAND_DISPLAY;
  return run(PYTHON, [
    '-m',
    'jupyterlab',
    '--ip=127.0.0.1',
    '--port=8888',
    '--ServerApp.port_retries=50',
    `--ServerApp.root_dir=${ROOT}`,
    `--LabApp.default_url=/lab/workspaces/quickstart/tree/${NOTEBOOK}`,
    '--ServerApp.answer_yes=True',
    ...(display ? [] : ['--no-browser']),
    ...(process.getuid?.() === 0 ? ['--allow-root'] : [])
  ]);
}

await main(async args => {
  const { headless } = readFlags(args);
  await setup();
  const code = await run(PYTHON, ['examples/main_job.py']);
  if (code !== 0 || headless) {
    return code;
  }
  await importWorkspace();
  return serve();
});
