/** Set up the Python environment in `.venv` and the Node packages from their lock files. */
import fs from 'node:fs';
import path from 'node:path';

import { aptInstall } from './apt.mjs';
import { Failure, must, output, PYTHON, ROOT } from './process.mjs';
import { perform } from './step.mjs';

const CANDIDATES = ['python3.11', 'python3', 'python3.12', 'python3.13'];
const LABEXTENSION = 'share/jupyter/labextensions/jupyterlab-aibro';

function findPython() {
  const recent = 'import sys; sys.exit(sys.version_info < (3, 11))';
  const found = CANDIDATES.find(name => output(name, ['-c', recent]) !== null);
  if (!found) {
    throw new Failure(
      'Python 3.11 or newer is needed and was not found; on Debian: sudo apt-get install python3 python3-venv'
    );
  }
  return found;
}

/** Create `.venv`. */
export function makeVenv() {
  return perform({
    title: 'Making the Python environment in .venv',
    stamp: '.venv/.aibro/venv',
    inputs: [],
    outputs: ['.venv/bin/python', '.venv/bin/pip'],
    work: async () => {
      // Delete it before searching for Python, so that an interpreter in a broken `.venv` is not
      // found.
      fs.rmSync(path.join(ROOT, '.venv'), { force: true, recursive: true });
      const python = findPython();
      if (output(python, ['-c', 'import venv, ensurepip']) === null) {
        await aptInstall(
          ['python3-venv'],
          "Python's module for making environments is missing"
        );
      }
      await must(python, ['-m', 'venv', '.venv']);
    }
  });
}

/** Install the locked Python packages. */
export function installPythonPackages() {
  return perform({
    title: 'Installing the Python packages (some minutes the first time)',
    stamp: '.venv/.aibro/packages',
    inputs: ['requirements/dev.txt'],
    outputs: [],
    work: () =>
      must(PYTHON, [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--requirement',
        'requirements/dev.txt'
      ])
  });
}

/** Install the project itself in editable mode. */
export function installProject() {
  return perform({
    title: 'Installing AIbro into .venv',
    stamp: '.venv/.aibro/project',
    inputs: ['pyproject.toml', 'package.json', 'jupyter-config'],
    outputs: ['.venv/etc/jupyter/jupyter_server_config.d/aibro.json'],
    work: async () => {
      // Otherwise pip would follow the link and delete the files in the checkout.
      fs.rmSync(path.join(ROOT, '.venv', LABEXTENSION), {
        force: true,
        recursive: true
      });
      await must(
        PYTHON,
        [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-build-isolation',
          '--no-deps',
          '--editable',
          '.'
        ],
        { env: { SKIP_JUPYTER_BUILDER: '1' } }
      );
    }
  });
}

/**
 * Link the extension's build folder into `.venv`, so that JupyterLab uses it; pip would make a
 * copy.
 */
export function linkLabextension() {
  const link = path.join(ROOT, '.venv', LABEXTENSION);
  const target = path.join(ROOT, 'aibro', 'labextension');
  if (fs.lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) {
    return;
  }
  fs.rmSync(link, { force: true, recursive: true });
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.symlinkSync(target, link);
}

/** Install the locked Node packages. */
export function installNodePackages() {
  return perform({
    title: 'Installing the Node packages',
    stamp: 'node_modules/.aibro-stamp',
    inputs: ['package-lock.json'],
    outputs: ['node_modules/.package-lock.json'],
    work: () =>
      must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  });
}
