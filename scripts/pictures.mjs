/**
 * Take the documentation's screenshots and animation again: `npm run pictures`.
 *
 * Arguments select some of them: `npm run pictures -- main-job`.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { findChromium } from './chromium.mjs';
import { main, must, PYTHON } from './process.mjs';
import { setup } from './setup.mjs';

await main(async names => {
  await setup();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'aibro-pictures-'));
  const env = {
    AIBRO_PICTURES: folder,
    CHROMIUM: await findChromium()
  };
  try {
    await must(
      'playwright',
      ['test', '--config=ui-tests/pictures.config.ts', ...names],
      { env }
    );
    await must(PYTHON, ['scripts/pictures.py', folder, 'docs/images']);
  } finally {
    fs.rmSync(folder, { force: true, recursive: true });
  }
});
