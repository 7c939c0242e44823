/**
 * Which files of the extension are loaded when JupyterLab starts, and how large they are:
 * `node startup-javascript.mjs <url>`.
 */
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { withLab } from './lab.mjs';

const EXTENSION = '/lab/extensions/jupyterlab-aibro/';
const bodies = new Map();

await withLab(
  process.argv[2],
  page => page.waitForLoadState('networkidle'),
  async page => {
    page.on('response', response => {
      const { pathname } = new URL(response.url());
      if (pathname.includes(EXTENSION) && pathname.endsWith('.js')) {
        bodies.set(path.basename(pathname), response.body());
      }
    });
  }
);

const files = [];
for (const [name, body] of bodies) {
  const content = await body;
  files.push({
    name,
    bytes: content.length,
    gzip: gzipSync(content).length
  });
}
console.log(JSON.stringify(files));
