import fs from 'node:fs';
import path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { putOwnFont } from '../fixtures/stillLife';

/** Code keeps its own font. Left out: notifications over what is taken, and a switch to Notebook 7. */
const DRESS = `
html:root,
html body {
  --body-font: var(--jp-ui-font-family) !important;
  --jp-code-font-family: 'DejaVu Sans Mono', monospace !important;
}
.jp-mod-picture .Toastify,
[data-jp-item-name='interfaceSwitcher'] { display: none !important; }
`;

/** Where the pictures go, as they are taken. */
export function folder(): string {
  const name = process.env.AIBRO_PICTURES;
  if (!name) {
    throw new Error('Run `npm run pictures`, which says where they go.');
  }
  fs.mkdirSync(name, { recursive: true });
  return name;
}

/** Set the page in a font as most desktops have, and close the launcher. */
export async function dress(
  page: IJupyterLabPageFixture,
  what: 'picture' | 'film' = 'picture'
): Promise<void> {
  await putOwnFont(page);
  await page.addStyleTag({ content: DRESS });
  await page.evaluate(kind => {
    document.body.classList.add(`jp-mod-${kind}`);
    for (const widget of [...window.jupyterapp.shell.widgets('main')]) {
      if (widget.id.startsWith('launcher')) {
        widget.close();
      }
    }
  }, what);
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
