import fs from 'node:fs';
import path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

/** What JupyterLab's own stack of fonts comes to on most desktops is not what a bare Linux has. */
const FONTS = `:root {
  --jp-ui-font-family: Inter, sans-serif !important;
  --jp-content-font-family: Inter, sans-serif !important;
}`;

/** Where the pictures go, as they are taken. */
export function folder(): string {
  const name = process.env.AIBRO_PICTURES;
  if (!name) {
    throw new Error('Run `npm run pictures`, which says where they go.');
  }
  fs.mkdirSync(name, { recursive: true });
  return name;
}

/** Dress the page as a desktop does. */
export async function dress(page: IJupyterLabPageFixture): Promise<void> {
  await page.addStyleTag({ content: FONTS });
}

/** Take a picture of the page, or of a part of it. */
export async function picture(
  target: Locator | IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await target.screenshot({
    path: path.join(folder(), `${name}.png`),
    animations: 'disabled',
    caret: 'hide'
  });
}
