/** JupyterLab in a real browser. */
import { chromium } from '@playwright/test';

import { findChromium } from '../../scripts/chromium.mjs';

/**
 * Open JupyterLab in a fresh browser, use it, and close it.
 *
 * @param url - The address of JupyterLab.
 * @param use - Called with the page, once JupyterLab has restored its layout.
 * @param prepare - Called with the page before it loads anything.
 * @returns What `use` returns.
 */
export async function withLab(url, use, prepare = async () => {}) {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: ['--no-sandbox', '--disable-background-networking']
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 800 }
    });
    await prepare(page);
    await page.goto(url);
    await page.waitForFunction(() => globalThis.jupyterapp !== undefined);
    await page.evaluate(async () => {
      await globalThis.jupyterapp.restored;
    });
    return await use(page);
  } finally {
    await browser.close();
  }
}

/**
 * Open a notebook that needs no kernel.
 *
 * @param page - The page with JupyterLab.
 * @param path - Relative to the folder that JupyterLab serves.
 */
export async function openNotebook(page, path) {
  await page.evaluate(async name => {
    const panel = await globalThis.jupyterapp.commands.execute(
      'docmanager:open',
      { path: name, kernelPreference: { shouldStart: false } }
    );
    await panel.revealed;
  }, path);
}
