/**
 * Records when the panel shows which epoch: `node live-panel.mjs <url>`.
 *
 * Prints a line when the panel is open, then watches it until standard input closes, and prints
 * what it recorded.
 */
/* global document, MutationObserver */
import { once } from 'node:events';

import { withLab } from './lab.mjs';

function watch() {
  const sights = [];
  const look = () => {
    const at = Date.now() / 1000;
    const text = document.querySelector('.jp-Aibro-epoch')?.textContent ?? '';
    const epoch = Number(/(\d+)\/\d+$/.exec(text)?.[1] ?? 0);
    if (epoch > (sights.at(-1)?.epoch ?? 0)) {
      sights.push({ epoch, at });
    }
  };
  new MutationObserver(look).observe(document.getElementById('jp-aibro-jobs'), {
    characterData: true,
    childList: true,
    subtree: true
  });
  return sights;
}

await withLab(process.argv[2], async page => {
  await page.evaluate(() =>
    globalThis.jupyterapp.commands.execute('aibro:show-panel')
  );
  await page.locator('#jp-aibro-jobs .jp-Aibro-jobs').waitFor();
  const sights = await page.evaluateHandle(watch);
  console.log('watching');
  await once(process.stdin.resume(), 'end');
  console.log(JSON.stringify(await sights.jsonValue()));
});
