/** Build the JupyterLab extension: `npm run build`; also called when a wheel is built. */
import fs from 'node:fs';
import path from 'node:path';

import { Failure, isMain, main, must, output, ROOT } from './process.mjs';
import { perform } from './step.mjs';

const SOURCES = ['src', 'tsconfig.json', 'package-lock.json'];
const STAGING =
  "import os, jupyterlab; print(os.path.join(os.path.dirname(jupyterlab.__file__), 'staging'))";

/** Compile the TypeScript into `lib`. */
export function compile() {
  return perform({
    title: 'Compiling the TypeScript',
    stamp: 'lib/.compiled',
    inputs: SOURCES,
    outputs: ['lib/index.js'],
    work: async () => {
      fs.rmSync(path.join(ROOT, 'lib'), { force: true, recursive: true });
      await must('tsc', ['--project', 'tsconfig.json']);
    }
  });
}

/** Bundle `lib` and `style` into `aibro/labextension`. */
export function bundle() {
  return perform({
    title: 'Bundling the JupyterLab extension',
    stamp: 'lib/.bundled',
    inputs: [
      ...SOURCES,
      'install.json',
      'package.json',
      'requirements/dev.txt',
      'schema',
      'style',
      'webpack.config.js'
    ],
    // This file is copied last, so it marks a complete bundle.
    outputs: ['aibro/labextension/install.json'],
    work: async () => {
      const core = output('python', ['-c', STAGING]);
      if (core === null) {
        throw new Failure(
          'Bundling needs the Python package jupyterlab: run `npm run setup`'
        );
      }
      await must(
        process.execPath,
        [
          'node_modules/@jupyterlab/builder/lib/build-labextension.js',
          '--core-path',
          core,
          '.'
        ],
        { quiet: true }
      );
      fs.copyFileSync(
        path.join(ROOT, 'install.json'),
        path.join(ROOT, 'aibro', 'labextension', 'install.json')
      );
    }
  });
}

/** Compile and bundle whatever has changed. */
export async function build() {
  await compile();
  await bundle();
}

if (isMain(import.meta)) {
  await main(() => build());
}
