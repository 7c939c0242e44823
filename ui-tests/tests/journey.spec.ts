/*
 * The main job as a person does it: the quickstart's notebook, the panel beside it, the replay dialog.
 */
import fs from 'node:fs';
import path from 'node:path';

import { expect } from '@jupyterlab/galata';

import { begin, execute } from '../fixtures/commands';
import { testWithServer } from '../fixtures/server';

// Other specs have jobs of the same names.
const test = testWithServer();

const ROOT = path.join(__dirname, '..', '..');
const FOLDER = 'examples';
const NOTEBOOK = 'quickstart.ipynb';
const TRAINED = 180_000;

test.setTimeout(420_000);

test('train in the notebook, watch in the panel, replay in the dialog', async ({
  page
}) => {
  await page.contents.createDirectory(FOLDER);
  await page.contents.uploadContent(
    fs.readFileSync(path.join(ROOT, 'examples', NOTEBOOK), 'utf8'),
    'text',
    `${FOLDER}/${NOTEBOOK}`
  );
  await page.notebook.openByPath(`${FOLDER}/${NOTEBOOK}`);
  await execute(page, 'aibro:show-panel');
  const panel = page.locator('#jp-aibro-jobs');
  await expect(panel).toBeVisible();

  // Before its kernel is up, a notebook asks for one when it is run.
  await expect(page.getByText('Python 3 (ipykernel) | Idle')).toBeVisible({
    timeout: 60_000
  });
  await begin(page, 'notebook:run-all-cells');

  const job = panel.locator('.jp-Aibro-job', { hasText: 'digits, first try' });
  await expect(job.first()).toContainText('QUEUING', { timeout: 60_000 });
  // The instance; in a job's row the machine shows only when the panel is wide.
  await expect(panel.getByText('local.od').last()).toBeVisible();
  await expect(job.first()).toContainText('TRAINING', { timeout: TRAINED });
  await expect(panel.getByText('EXECUTING')).toBeVisible();
  await expect(job.first()).toContainText('COMPLETED', { timeout: TRAINED });

  const notebook = page.locator('.jp-Notebook');
  const card = notebook.locator('.jp-Aibro-Card').first();
  await expect(card).toHaveAttribute('data-status', 'COMPLETED');
  await expect(card.getByRole('progressbar')).toBeAttached();
  const charts = notebook.locator('.jp-Aibro-Timeline svg.main-svg');
  await expect(charts.first()).toBeAttached({ timeout: TRAINED });
  const replay = panel.locator('.jp-Aibro-job', {
    hasText: 'does it come out the same?'
  });
  await expect(replay).toContainText('IDENTICAL', { timeout: TRAINED });
  await expect(replay.getByRole('img', { name: /^replay of/ })).toBeVisible();

  await page.notebook.save();
  await execute(page, 'filebrowser:go-to-path', { path: FOLDER });
  for (const name of ['checkpoints', 'logs']) {
    await expect(
      page.locator('.jp-DirListing-item', { hasText: name })
    ).toBeAttached();
  }
  await execute(page, 'aibro:show-panel');
  const chart = notebook.locator('.jp-Aibro-Timeline').first();
  await chart.scrollIntoViewIfNeeded();
  await expect(chart.locator('svg.main-svg').first()).toBeVisible();
  await expect(chart).toContainText('COMPLETED');
  await chart.getByRole('button', { name: 'Time axis' }).click();
  await expect(chart.locator('svg.main-svg').first()).toBeVisible();

  await job.first().dblclick();
  const jobPage = page.locator('.jp-Aibro-JobPage');
  for (const tab of ['Timeline', 'Metrics', 'Log', 'Recording', 'Overview']) {
    await jobPage.getByRole('tab', { name: tab }).click();
    await expect(jobPage.getByRole('tabpanel', { name: tab })).toBeVisible();
  }

  const id = await job.first().getAttribute('data-job-id');
  await begin(page, 'aibro:replay', { jobId: id ?? '' });
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Keras', { ignoreCase: true });
  await dialog.getByLabel('Description').fill('once more, by hand');
  await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(dialog).toBeHidden();

  const toast = page.locator('.Toastify__toast', {
    hasText: 'once more, by hand'
  });
  await expect(toast).toContainText('IDENTICAL', { timeout: TRAINED });
  await toast.getByRole('button', { name: 'Show files' }).click();
  await expect(
    page.locator('.jp-DirListing-item', { hasText: 'epoch-0001.keras' })
  ).toBeVisible();
});
