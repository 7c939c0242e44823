import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { submit } from '../fixtures/jobs';
import { Panel } from '../fixtures/panel';

/** The longest a cold job may take, in ms. */
const TRAINED = 300_000;

/** From now on, check the positions of the panel's rows in every frame. */
async function watchRows(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(() => {
    const places = new Map<string, string>();
    const moves: string[] = [];
    const note = (what: string, place: string): void => {
      const before = places.get(what);
      if (before !== undefined && before !== place) {
        moves.push(`${what}: ${before} → ${place}`);
      }
      places.set(what, place);
    };
    const look = (): void => {
      for (const row of document.querySelectorAll<HTMLElement>(
        '.jp-Aibro-job[data-job-id]'
      )) {
        const { height, top, width } = row.getBoundingClientRect();
        note(
          `row ${row.dataset.jobId}`,
          [top, height, width].map(Math.round).join()
        );
        if (row.scrollWidth > row.clientWidth) {
          moves.push(`row ${row.dataset.jobId} is cut off`);
        }
      }
      for (const bar of document.querySelectorAll('.jp-Aibro-cooling')) {
        const { left, width } = bar.getBoundingClientRect();
        note('the bar that empties', [left, width].map(Math.round).join());
      }
      if (window.frameWatch.isOn) {
        requestAnimationFrame(look);
      }
    };
    window.frameWatch = { isOn: true, moves };
    look();
  });
}

/** The movements since `watchRows` was called. */
function movesSeen(page: IJupyterLabPageFixture): Promise<string[]> {
  return page.evaluate(() => {
    window.frameWatch.isOn = false;
    return window.frameWatch.moves;
  });
}

declare global {
  interface Window {
    frameWatch: { isOn: boolean; readonly moves: string[] };
  }
}

test('no row moves while a job begins, trains and ends, in a panel of any width', async ({
  page
}) => {
  const panel = new Panel(page);
  await panel.open();
  // JupyterLab's side bar cannot be narrower than 250 pixels.
  for (const width of [250, 300, 600]) {
    await test.step(`${width} pixels wide`, async () => {
      await page.sidebar.setWidth(width, 'left');
      // Keep the pointer away from the rows, because hovering shows more of them.
      await page.mouse.move(900, 500);
      const jobId = await submit(page, `steady at ${width}`, {
        epochs: 4,
        coolDown: 30
      });
      await expect(panel.row(jobId)).toBeVisible();
      await watchRows(page);
      await expect(panel.row(jobId)).toContainText('COMPLETED', {
        timeout: TRAINED
      });
      const left = panel.root.locator('.jp-Aibro-instance .jp-Aibro-elapsed');
      const first = await left.first().textContent();
      await expect(left.first()).not.toHaveText(first ?? '');
      expect(await movesSeen(page)).toEqual([]);
    });
  }
});
