/* The pictures of the README and the user guide, in the order in which jobs come to be. */
import fs from 'node:fs';
import path from 'node:path';

import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import type { JobPage } from '../../src/api/_models';
import { read } from '../fixtures/api';
import { begin, execute } from '../fixtures/commands';
import { runPython } from '../fixtures/jobs';
import { openWithoutKernel } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';
import { testWithServer } from '../fixtures/server';
import { dress, picture } from './camera';
import { NOTEBOOK, openDigits, training } from './digits';

const test = testWithServer();

const JOBS = fs.readFileSync(path.join(__dirname, 'jobs.py'), 'utf8');
const TRAINED = { timeout: 120_000 };
const FIRST = 'digits, first try';
const WARM = 'digits, wider net';

test.use({ deviceScaleFactor: 2, viewport: { width: 1280, height: 860 } });

async function idOf(
  page: IJupyterLabPageFixture,
  description: string
): Promise<string> {
  const query = new URLSearchParams({ search: description, sort: 'created' });
  const { jobs } = await read<JobPage>(page, `jobs?${query.toString()}`);
  return jobs[0].job_id;
}

test('a notebook', async ({ page }) => {
  await runPython(
    page,
    `${JOBS}
aibro.Job.wait(train("digits, all data", suspicious=1.0, cool_down_period_s=60))
aibro.Job.wait(train("${WARM}", filters=32))`
  );
  await openDigits(page, [
    training(
      'record=True, directory_to_save_ckpt=".", directory_to_save_log=".",'
    ),
    'aibro.Job.plot_timeline(job_id)'
  ]);
  await new Panel(page).open();
  await page.sidebar.setWidth(300, 'left');
  await dress(page);
  const card = page.locator('.jp-Notebook .jp-Aibro-Card').first();
  await begin(page, 'notebook:run-cell-and-select-next');
  // A moment in the middle: epochs may be shorter than the time between two looks.
  await expect(card).toContainText(/Epoch [3-9] of 10/, TRAINED);
  await picture(card, 'card');
  await expect(card).toHaveAttribute('data-status', 'COMPLETED', TRAINED);

  const timeline = page.locator('.jp-Notebook .jp-Aibro-Timeline').first();
  const chart = timeline.locator('svg.main-svg').first();
  await begin(page, 'notebook:run-cell');
  await expect(chart).toBeVisible(TRAINED);
  await timeline.scrollIntoViewIfNeeded();
  await picture(page, 'overview');
  await picture(timeline, 'timeline');
  for (const [button, name] of [
    ['Pie', 'timeline-pie'],
    ['Time axis', 'timeline-axis']
  ]) {
    await timeline.getByRole('button', { name: button }).click();
    await expect(chart).toBeVisible();
    await picture(timeline, name);
  }
});

test('a comparison', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 760 });
  await dress(page);
  await execute(page, 'aibro:compare-timelines', {
    first: await idOf(page, FIRST),
    second: await idOf(page, WARM)
  });
  const diff = page.locator('.jp-Aibro-Diff');
  await expect(diff.locator('svg.main-svg').first()).toBeVisible();
  await picture(diff, 'diff');
});

test("a job's page and its log", async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 800 });
  await dress(page);
  await execute(page, 'aibro:open-job', { jobId: await idOf(page, FIRST) });
  const job = page.locator('.jp-Aibro-JobPage');
  await expect(job.getByText('digits/checkpoints')).toBeVisible();
  await picture(job, 'job');
  await page.setViewportSize({ width: 1100, height: 600 });
  await job.getByRole('tab', { name: 'Metrics' }).click();
  await expect(job.locator('svg.main-svg').first()).toBeVisible();
  await picture(job, 'metrics');

  await page.setViewportSize({ width: 900, height: 480 });
  await execute(page, 'aibro:show-log', { jobId: await idOf(page, WARM) });
  const log = page.locator('.jp-Aibro-log:visible');
  await log.getByRole('button', { name: 'Find' }).click();
  await log.getByRole('textbox', { name: 'Find in the log' }).fill('val_loss');
  await expect(log.getByText(/^\d+ of \d+$/)).toBeVisible();
  await picture(log, 'log');
});

test('a replay', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 740 });
  await openWithoutKernel(page, NOTEBOOK);
  await dress(page);
  await begin(page, 'aibro:replay', { jobId: await idOf(page, FIRST) });
  const dialog = new ReplayDialog(page);
  await dialog.description.fill('does it come out the same?');
  await expect(dialog.replay).toBeEnabled();
  await picture(dialog.self.locator('.jp-Dialog-content'), 'replay');
  await dialog.replay.click();
  const replay = page.locator('.jp-Aibro-ReplayPage');
  await expect(replay).toContainText('IDENTICAL', TRAINED);
  await expect(replay.locator('svg.main-svg').first()).toBeVisible();
  await picture(replay, 'replay-page');
});

test('the panel', async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 560 });
  const panel = new Panel(page);
  await panel.open();
  await page.sidebar.setWidth(330, 'left');
  await dress(page);
  const row = (description: string) =>
    panel.rows.filter({ hasText: description });
  await runPython(
    page,
    `${JOBS}
train("digits, 500 epochs", epochs=500)
train("digits, half the net", filters=8, cool_down_period_s=600)`
  );
  await expect(row('digits, half the net')).toContainText('COMPLETED', TRAINED);
  const long = row('digits, 500 epochs');
  await expect(long).toContainText('TRAINING', TRAINED);
  await row(FIRST).last().click();
  await page.mouse.move(700, 300);
  await picture(panel.root, 'panel');
  await execute(page, 'aibro:cancel', {
    jobId: await idOf(page, 'digits, 500 epochs')
  });
  await expect(long).toContainText('CANCELED');
});
