/* Cards in saved notebooks: cards of jobs that no longer exist, and data that is not a card at all. */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { trainingCard } from '../../jest/cards';
import { JOB_MIME } from '../../src/api/_models';
import { JobCardOutput } from '../fixtures/jobCard';
import {
  dataOf,
  display,
  liveNotebook,
  openWithoutKernel,
  upload
} from '../fixtures/notebook';

const NOTEBOOK = 'card.ipynb';

/** Open an untrusted notebook with this data in the outputs of a cell. */
async function openSaved(
  page: IJupyterLabPageFixture,
  folder: string,
  data: readonly unknown[]
): Promise<void> {
  const outputs = data.map(it =>
    display({
      [JOB_MIME]: it,
      'text/html': '<b>the table</b>',
      'text/plain': 'the text'
    })
  );
  await upload(page, `${folder}/${NOTEBOOK}`, [{ source: 'show', outputs }]);
  await openWithoutKernel(page, `${folder}/${NOTEBOOK}`);
}

/** Nothing in a card's data may be executed. */
async function expectNotHacked(page: IJupyterLabPageFixture): Promise<void> {
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
}

test('the card of a job that is not here any more is shown with a note and without buttons', async ({
  page,
  tmpPath
}) => {
  const card = new JobCardOutput(page);
  await openSaved(page, tmpPath, [trainingCard()]);
  await expect(card.message).toHaveText(/the job is not here any more/);
  await expect(card.badge).toHaveCount(0);
  await expect(card.root.getByRole('button')).toHaveCount(0);
  expect(dataOf(await liveNotebook(page), JOB_MIME)[JOB_MIME]).toEqual(
    trainingCard()
  );
});

test('what is no card shows its text and nothing else', async ({
  page,
  tmpPath
}) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.stack ?? error.message));
  const script = '<script>window.hacked = 1</script>';
  const bad: readonly unknown[] = [
    null,
    script,
    [],
    { ...trainingCard(), job: script },
    { ...trainingCard(), reached: script },
    { ...trainingCard(), values: [script] },
    { ...trainingCard(), values: Array<number>(200_000).fill(1) },
    { ...trainingCard(), as_of: 1e300 },
    trainingCard({ created_at: -1e300 }),
    trainingCard({ status: script as 'QUEUING' }),
    trainingCard({ job_id: 7 as unknown as string })
  ];
  await openSaved(page, tmpPath, bad);
  const outputs = page.locator('.jp-OutputArea-output');
  await expect(outputs).toHaveCount(bad.length);
  await expect(outputs.locator('pre')).toHaveText(bad.map(() => 'the text'));
  await expect(page.locator('.jp-Aibro-Card')).toHaveCount(0);

  await expectNotHacked(page);
  expect(errors).toEqual([]);
});

test('a card with absurd numbers and markup for names is drawn as one', async ({
  page,
  tmpPath
}) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.stack ?? error.message));
  page.on('console', message => {
    if (message.type() === 'error') {
      errors.push(message.text());
    }
  });
  const markup = '<img src=x onerror="window.hacked=1">';
  await openSaved(page, tmpPath, [
    trainingCard(
      {
        description: markup,
        note: markup,
        machine_id: markup,
        epoch: 1e308,
        epochs: -5,
        batch: -1e308,
        batches: 1e-308,
        metrics: { [markup]: 1e308, loss: -1e308 },
        ended_at: 8e12
      },
      {
        metric: markup,
        values: [1e308, null, -1e308],
        left_s: 1e308,
        data_bytes: -1e308
      }
    )
  ]);
  const card = new JobCardOutput(page);
  await expect(card.name).toHaveText(markup);
  await expect(card.message).toHaveText(/the job is not here any more/);
  await expect(card.root.locator('img[src]')).toHaveCount(0);
  await expectNotHacked(page);
  expect(errors.filter(text => !text.includes('404'))).toEqual([]);
});
