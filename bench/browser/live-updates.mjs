/**
 * A page that shows running jobs: `node live-updates.mjs <url> [notebook]`.
 *
 * Prints a line when the panel (and the outputs of the notebook, if one is given) are drawn; then
 * stays open until standard input closes.
 */
import { once } from 'node:events';

import { openNotebook, withLab } from './lab.mjs';

const [url, notebook] = process.argv.slice(2);
await withLab(`${url}&reset`, async page => {
  await page.evaluate(() =>
    globalThis.jupyterapp.commands.execute('aibro:show-panel')
  );
  await page
    .locator('#jp-aibro-jobs .jp-Aibro-job[data-job-id]')
    .first()
    .waitFor();
  if (notebook) {
    await openNotebook(page, notebook);
    await page
      .locator('.jp-Aibro-JobCard, .jp-Aibro-Timeline .main-svg')
      .first()
      .waitFor();
  }
  console.log('ready');
  await once(process.stdin.resume(), 'end');
});
