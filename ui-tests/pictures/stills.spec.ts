/* The pictures of the README and the user guide. */
import fs from 'node:fs';
import path from 'node:path';

import { expect, test } from '@jupyterlab/galata';

import { begin, execute } from '../fixtures/commands';
import { runPython, submit } from '../fixtures/jobs';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';
import { dress, picture } from './camera';
import { openDigits, training } from './digits';

const TRAINED = { timeout: 120_000 };

test.use({ deviceScaleFactor: 2, viewport: { width: 1280, height: 860 } });

test('stills', async ({ page }) => {
  await dress(page);
  await runPython(
    page,
    fs.readFileSync(path.join(__dirname, 'jobs.py'), 'utf8')
  );
  const panel = new Panel(page);
  await panel.open();
  await page.sidebar.setWidth(300, 'left');
  const row = (description: string) =>
    panel.rows.filter({ hasText: description });

  await openDigits(page, [
    training('record=True,'),
    'aibro.Job.plot_timeline(job_id)'
  ]);
  await page.activity.closePanel('Launcher');
  const card = page.locator('.jp-Notebook .jp-Aibro-Card').first();
  await page.notebook.selectCells(1);
  await begin(page, 'notebook:run-cell-and-select-next');
  await expect(card).toContainText('Epoch 6 of 10', TRAINED);
  await picture(card, 'card');
  await expect(card).toHaveAttribute('data-status', 'COMPLETED', TRAINED);

  const timeline = page.locator('.jp-Notebook .jp-Aibro-Timeline').first();
  const chart = timeline.locator('svg.main-svg').first();
  await begin(page, 'notebook:run-cell');
  await expect(chart).toBeVisible();
  await execute(page, 'apputils:dismiss-all-notifications').catch(() => null);
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
