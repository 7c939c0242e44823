/*
 * AIbro in Notebook 7, which shows one document, and has neither a status bar nor a layout to
 * restore.
 */
import fs from 'node:fs';
import path from 'node:path';

import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect, test } from '@playwright/test';

import { begin, execute } from '../fixtures/commands';
import { failuresOf } from '../fixtures/failures';
import { newestJob } from '../fixtures/jobs';
import { JobCardOutput } from '../fixtures/jobCard';
import { JobPage } from '../fixtures/jobPage';
import { upload, whenKernelReady } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';
import { plainPage, whenRestored } from '../fixtures/plainPage';
import { ReplayDialog } from '../fixtures/replayDialog';
import { startServer } from '../fixtures/server';
import type { IServer } from '../fixtures/server';

const NOTEBOOK = 'first.ipynb';
const TRAINED = 300_000;
const CODE = fs.readFileSync(
  path.join(__dirname, '..', 'fixtures', 'two_jobs.py'),
  'utf8'
);

test.describe.configure({ mode: 'serial' });

test.describe('Notebook 7', () => {
  let server: IServer;
  let page: IJupyterLabPageFixture;
  let failures: string[];
  let panel: Panel;

  test.beforeAll(async ({ browser }) => {
    server = await startServer({ application: 'notebook' });
    page = plainPage(await browser.newPage({ baseURL: server.url }));
    failures = failuresOf(page);
    panel = new Panel(page);
    await upload(page, NOTEBOOK, [{ source: CODE }]);
    await page.goto(`${server.url}/notebooks/${NOTEBOOK}`);
    await whenRestored(page);
  });

  test.afterAll(async () => {
    await page.close();
    await server.stop();
  });

  test('shows panel, card, timeline and comparison beside and in the notebook', async () => {
    await page.getByRole('menuitem', { name: 'View' }).click();
    await page.getByRole('menuitem', { name: 'AIbro Jobs' }).click();
    await expect(panel.search).toBeVisible();

    await whenKernelReady(page);
    await execute(page, 'notebook:run-all-cells');
    const card = new JobCardOutput(page);
    await expect(card.root).toHaveAttribute('data-status', 'COMPLETED', {
      timeout: TRAINED
    });
    const outputs = page.locator('.jp-OutputArea-output');
    await expect(outputs.locator('.jp-Aibro-Timeline svg').first()).toBeVisible(
      { timeout: TRAINED }
    );
    await expect(outputs.locator('.jp-Aibro-Diff')).toContainText('second');
    await expect(panel.rows).toHaveCount(2);
  });

  test('opens the pages of a job in tabs below the notebook', async () => {
    const below = page.locator('#jp-down-stack');
    const tabs = below.locator('.lm-TabPanel-tabBar .lm-TabBar-tab');
    const jobPage = new JobPage(page);
    const first = panel.rows.filter({ hasText: 'first' });
    await first.dblclick();
    await expect(jobPage.name).toHaveText('first');
    // High enough to read.
    const box = await jobPage.root.boundingBox();
    expect(box?.height).toBeGreaterThan(200);

    const jobId = (await first.getAttribute('data-job-id')) ?? '';
    for (const [command, shown] of [
      ['aibro:show-log', '.jp-Aibro-log'],
      ['aibro:show-timeline', '.jp-Aibro-TimelinePage']
    ]) {
      await execute(page, command, { jobId });
      await expect(below.locator(shown)).toBeVisible();
    }
    await expect(tabs).toHaveCount(3);
    // A second time: the existing tab is selected.
    await execute(page, 'aibro:open-job', { jobId });
    await expect(jobPage.root).toBeVisible();
    await expect(tabs).toHaveCount(3);
    await expect(page.locator('.jp-Notebook')).toBeVisible();
  });

  test('replays from the dialog, tells the verdict and shows its files', async () => {
    const jobId = await panel.rows
      .filter({ hasText: 'first' })
      .getAttribute('data-job-id');
    const dialog = new ReplayDialog(page);
    await begin(page, 'aibro:replay', { jobId });
    await dialog.description.fill('again');
    await dialog.replay.click();
    await expect(dialog.self).toBeHidden();
    const replayPage = page.locator('#jp-down-stack .jp-Aibro-ReplayPage');
    await expect(replayPage).toBeVisible();
    const toast = page.locator('.Toastify__toast', { hasText: 'again' });
    await expect(toast).toContainText('IDENTICAL', { timeout: TRAINED });

    // Notebook 7 has a separate page to browse files.
    const opened = page.waitForEvent('popup');
    await toast.getByRole('button', { name: 'Show files' }).click();
    const tree = await opened;
    const replay = await newestJob(page);
    await tree.waitForURL(`**/tree/checkpoints/${replay}`);
    await expect(
      tree.locator('.jp-DirListing-item', { hasText: 'epoch-0001.keras' })
    ).toBeVisible();

    // The file page has AIbro's panel too.
    await whenRestored(tree);
    const beside = new Panel(plainPage(tree));
    await beside.open();
    await expect(beside.rows).toHaveCount(3);
    await tree.close();
  });

  test('follows a link to a job, and keeps the final state in the saved notebook', async () => {
    await page.keyboard.press('Control+S');
    const jobId = await newestJob(page);
    await page.goto(`${server.url}/notebooks/${NOTEBOOK}?aibro-job=${jobId}`);
    await expect(new JobPage(page).name).toHaveText('again');
    await expect(page).not.toHaveURL(/aibro-job/);
    await expect(new JobCardOutput(page).root).toHaveAttribute(
      'data-status',
      'COMPLETED'
    );
    expect(failures).toEqual([]);
  });
});
