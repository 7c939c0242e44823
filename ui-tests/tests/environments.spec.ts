/* AIbro in different arrangements of JupyterLab: simple mode, two browser tabs. */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { JOB_MIME } from '../../src/api/_models';
import type { JobCard } from '../../src/api/_models';
import { execute } from '../fixtures/commands';
import { JobCardOutput } from '../fixtures/jobCard';
import { JobPage } from '../fixtures/jobPage';
import { submit } from '../fixtures/jobs';
import {
  dataOf,
  liveNotebook,
  openWithoutKernel,
  upload
} from '../fixtures/notebook';
import { cardOf, timelineOf } from '../fixtures/outputs';
import { Panel } from '../fixtures/panel';
import { plainPage, whenRestored } from '../fixtures/plainPage';

const TRAINED = 300_000;

/** Save a notebook with a job's card and timeline in its outputs. */
async function saveOutputs(
  page: IJupyterLabPageFixture,
  path: string,
  jobId: string
): Promise<void> {
  await upload(page, path, [
    {
      source: 'aibro.Job.show(job_id)',
      outputs: [await cardOf(page, jobId)]
    },
    {
      source: 'aibro.Job.plot_timeline(job_id)',
      outputs: [await timelineOf(page, jobId)]
    }
  ]);
}

/** Start a job that trains until it is canceled. */
async function startEndless(
  page: IJupyterLabPageFixture,
  description: string
): Promise<string> {
  const jobId = await submit(page, description, {
    epochs: 100_000,
    pause: 0.05
  });
  const panel = new Panel(page);
  await panel.open();
  await expect(panel.row(jobId)).toContainText(/\d+\/100000/, {
    timeout: TRAINED
  });
  return jobId;
}

/** The epoch that a card shows. */
async function epochOf(card: JobCardOutput): Promise<number> {
  const text = (await card.root.textContent()) ?? '';
  return Number(/epoch (\d+)/i.exec(text)?.[1] ?? -1);
}

test("a running job's card, row and page are live in simple mode", async ({
  page,
  tmpPath
}) => {
  const jobId = await startEndless(page, 'alone on the screen');
  const path = `${tmpPath}/simple.ipynb`;
  await saveOutputs(page, path, jobId);
  const card = new JobCardOutput(page);
  await page.setSimpleMode(true);
  await openWithoutKernel(page, path);
  await expect(card.root).toBeVisible();
  const panel = new Panel(page);
  await panel.open();
  await panel.row(jobId).dblclick();
  const jobPage = new JobPage(page);
  await expect(jobPage.name).toHaveText('alone on the screen');
  await expect(card.root).toBeHidden();
  await execute(page, 'aibro:cancel', { jobId });
  await expect(jobPage.status).toHaveText('CANCELED');
  await expect(panel.row(jobId)).toContainText('CANCELED');
  await page.setSimpleMode(false);
});

test('in two browser tabs both cards are live, and one of them writes the end', async ({
  page,
  context,
  baseURL,
  tmpPath
}) => {
  const jobId = await startEndless(page, 'seen twice');
  const path = `${tmpPath}/twice.ipynb`;
  await saveOutputs(page, path, jobId);
  const tabs: IJupyterLabPageFixture[] = [];
  for (const workspace of ['one', 'two']) {
    const tab = plainPage(await context.newPage());
    await tab.goto(`${baseURL}/lab/workspaces/aibro-${workspace}`);
    await whenRestored(tab);
    await openWithoutKernel(tab, path);
    tabs.push(tab);
  }
  for (const tab of tabs) {
    const card = new JobCardOutput(tab);
    const epoch = await epochOf(card);
    await expect.poll(() => epochOf(card)).toBeGreaterThan(epoch);
  }

  await execute(page, 'aibro:cancel', { jobId });
  for (const tab of tabs) {
    await expect(new JobCardOutput(tab).root).toHaveAttribute(
      'data-status',
      'CANCELED'
    );
  }
  const statuses = async (): Promise<string[]> => {
    const notebooks = await Promise.all(tabs.map(tab => liveNotebook(tab)));
    return notebooks
      .map(it => (dataOf(it, JOB_MIME)[JOB_MIME] as JobCard).job.status)
      .sort();
  };
  await expect.poll(statuses).toEqual(['CANCELED', 'TRAINING']);
});
