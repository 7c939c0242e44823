/*
 * The main user journey: the quickstart notebook, the panel beside it, the replay dialog.
 */
import fs from 'node:fs';
import path from 'node:path';

import { expect } from '@jupyterlab/galata';

import { begin, execute } from '../fixtures/commands';
import { JobPage } from '../fixtures/jobPage';
import { openWithKernel } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';
import { testWithServer } from '../fixtures/server';

// Its own server, because other specs have jobs of the same names. With TensorFlow, the default.
const test = testWithServer({
  prepare: () => ({
    args: [],
    env: { KERAS_BACKEND: 'tensorflow', PYTHONPATH: '' }
  })
});

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = 'examples';
const NOTEBOOK = 'quickstart.ipynb';
const TRAINED = 300_000;

test('train in the notebook, watch in the panel, replay in the dialog', async ({
  page
}) => {
  await page.contents.createDirectory(FOLDER);
  await page.contents.uploadContent(
    fs.readFileSync(path.join(ROOT, 'examples', NOTEBOOK), 'utf8'),
    'text',
    `${FOLDER}/${NOTEBOOK}`
  );
  await openWithKernel(page, `${FOLDER}/${NOTEBOOK}`);
  const panel = new Panel(page);
  await panel.open();
  await begin(page, 'notebook:run-all-cells');

  const job = panel.rows.filter({ hasText: 'digits, first try' });
  await expect(job.first()).toContainText('QUEUING');
  // In the list of instances; a job's row shows the machine only in a wide panel.
  await expect(panel.root.getByText('local.od').last()).toBeVisible();
  await expect(job.first()).toContainText('TRAINING', { timeout: TRAINED });
  await expect(panel.root.getByText('EXECUTING')).toBeVisible();
  await expect(job.first()).toContainText('COMPLETED', { timeout: TRAINED });

  const notebook = page.locator('.jp-Notebook');
  const card = notebook.locator('.jp-Aibro-Card').first();
  await expect(card).toHaveAttribute('data-status', 'COMPLETED');
  await expect(card.getByRole('progressbar')).toBeAttached();
  const charts = notebook.locator('.jp-Aibro-Timeline svg.main-svg');
  await expect(charts.first()).toBeAttached({ timeout: TRAINED });
  const replay = panel.rows.filter({ hasText: 'does it come out the same?' });
  await expect(replay).toContainText('IDENTICAL', { timeout: TRAINED });
  await expect(replay.getByRole('img', { name: /^replay of/ })).toBeVisible();

  await page.notebook.save();
  await execute(page, 'filebrowser:go-to-path', { path: FOLDER });
  for (const name of ['checkpoints', 'logs']) {
    await expect(
      page.locator('.jp-DirListing-item', { hasText: name })
    ).toBeAttached();
  }
  await panel.open();
  const chart = notebook.locator('.jp-Aibro-Timeline').first();
  await chart.scrollIntoViewIfNeeded();
  await expect(chart.locator('svg.main-svg').first()).toBeVisible();
  await expect(chart).toContainText('COMPLETED');
  await chart.getByRole('button', { name: 'Time axis' }).click();
  await expect(chart.locator('svg.main-svg').first()).toBeVisible();

  await job.first().dblclick();
  const jobPage = new JobPage(page);
  for (const tab of ['Timeline', 'Metrics', 'Log', 'Recording', 'Overview']) {
    await jobPage.select(tab);
  }

  const jobId = await job.first().getAttribute('data-job-id');
  await begin(page, 'aibro:replay', { jobId });
  const dialog = new ReplayDialog(page);
  await expect(dialog.self).toContainText('Recorded: Keras');
  await dialog.description.fill('once more, by hand');
  await dialog.replay.click();
  await expect(dialog.self).toBeHidden();

  const toast = page.locator('.Toastify__toast', {
    hasText: 'once more, by hand'
  });
  await expect(toast).toContainText('IDENTICAL', { timeout: TRAINED });
  await toast.getByRole('button', { name: 'Show files' }).click();
  await expect(
    page.locator('.jp-DirListing-item', { hasText: 'epoch-0001.keras' })
  ).toBeVisible();
});
