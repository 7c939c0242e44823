/* JupyterLab's windowing modes, which keep only part of a long notebook in the page. */
import { expect } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { JOB_MIME, TIMELINE_MIME } from '../../src/api/_models';
import type { Job, JobCard, Timeline } from '../../src/api/_models';
import { read } from '../fixtures/api';
import { execute } from '../fixtures/commands';
import { failuresOf } from '../fixtures/failures';
import { submit } from '../fixtures/jobs';
import { JobCardOutput } from '../fixtures/jobCard';
import { display, openWithoutKernel, upload } from '../fixtures/notebook';
import { chooseSetting } from '../fixtures/settings';
import { test } from '../fixtures/test';
import { TimelineOutput } from '../fixtures/timelineOutput';

const TRAINS = 300_000;
/** The last one removes everything out of view from the page. */
const MODES = ['none', 'defer', 'contentVisibility', 'full'] as const;
/** More cells than fit on a screen; `CELL` is the approximate height of one, in px. */
const CELLS = 40;
const CELL = 60;

test('card and chart of a job go on, and end, while the notebook is scrolled elsewhere', async ({
  page,
  tmpPath
}) => {
  const failures = failuresOf(page);
  const jobId = await submit(page, 'long', { epochs: 100_000, pause: 0.05 });
  const job = `jobs/${jobId}`;
  await expect
    .poll(async () => (await read<Job>(page, job)).substatus, {
      timeout: TRAINS
    })
    .toBe('TRAINING');
  const path = `${tmpPath}/long.ipynb`;
  await upload(page, path, [
    {
      source: 'job',
      outputs: [
        display({
          [JOB_MIME]: await read<JobCard>(page, `${job}/card`),
          'text/plain': 'card'
        }),
        display({
          [TIMELINE_MIME]: await read<Timeline>(page, `${job}/timeline`),
          'text/plain': 'timeline'
        })
      ]
    },
    ...Array.from({ length: CELLS }, (_, index) => ({
      source: `${index}`,
      outputs: [display({ 'text/plain': `line ${index}` })]
    }))
  ]);
  const card = new JobCardOutput(page);
  const timeline = new TimelineOutput(page);
  const notebook = page.locator('.jp-WindowedPanel-outer');

  const turnWheel = async (pixels: number): Promise<void> => {
    await notebook.hover();
    await page.mouse.wheel(0, pixels);
  };
  const height = (): Promise<number> =>
    notebook.evaluate(node => node.scrollHeight);
  let whole = 0;
  const scrollAway = async (): Promise<void> => {
    // JupyterLab can lose its scroll position before it has measured all cells, whatever they
    // contain.
    await expect.poll(height).toBeGreaterThan(whole - CELL);
    await turnWheel(1500);
    await expect(page.getByText('line 20', { exact: true })).toBeInViewport();
  };
  const scrollBack = async (): Promise<void> => {
    await turnWheel(-30_000);
    await expect(card.root).toBeInViewport();
    await expect(timeline.svg).toBeInViewport();
  };
  const shown = (it: Locator): Promise<string> => it.innerText();

  for (const mode of MODES) {
    await test.step(mode, async () => {
      await chooseSetting(
        page,
        'windowingMode',
        mode,
        '@jupyterlab/notebook-extension:tracker'
      );
      await openWithoutKernel(page, path);
      await expect(timeline.svg).toBeVisible();
      await expect(card.bar).toBeVisible();
      whole ||= await height();
      const before = [await shown(card.root), await shown(timeline.title)];
      await scrollAway();
      if (mode === 'full') {
        await execute(page, 'aibro:cancel', { jobId });
        await expect
          .poll(async () => (await read<Job>(page, job)).status)
          .toBe('CANCELED');
      }
      await scrollBack();
      await expect.poll(() => shown(card.root)).not.toBe(before[0]);
      await expect.poll(() => shown(timeline.title)).not.toBe(before[1]);
      expect(await timeline.misplaced()).toEqual([]);
      if (mode === 'full') {
        await expect(card.root).toHaveAttribute('data-status', 'CANCELED');
        await expect(timeline.title).toContainText('CANCELED');
      }
      await execute(page, 'docmanager:save');
      await execute(page, 'application:close');
      await expect(card.root).toHaveCount(0);
    });
  }
  expect(failures).toEqual([]);
});
