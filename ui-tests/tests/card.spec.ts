/* The card of a job in a notebook's output: real jobs, which wait until the tests let them go on. */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { JOB_MIME } from '../../src/api/_models';
import type { Job, JobCard } from '../../src/api/_models';
import { read } from '../fixtures/api';
import { begin, execute } from '../fixtures/commands';
import { JobCardOutput, cardHistory, watchCard } from '../fixtures/jobCard';
import { newestJob } from '../fixtures/jobs';
import {
  RELOAD,
  dataOf,
  liveNotebook,
  openWithKernel,
  savedNotebook,
  upload
} from '../fixtures/notebook';

const NOTEBOOK = 'card.ipynb';
/** Enough for a cold instance on a busy machine. */
const TRAINED = { timeout: 300_000 };
const STEPS = [
  'REQUESTING SERVER',
  'CONNECTING SERVER',
  'SENDING MODEL & DATA',
  'GEARING ENV',
  'TRAINING',
  'RETURNING'
];

const METRICS = ['loss', 'accuracy', 'val_loss', 'val_accuracy'];

/**
 * A model, and a callback that at given batches waits until a file appears in the notebook's
 * folder.
 */
const SET_UP = `
import os, time, keras, numpy as np, aibro
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
X, y = np.ones((64, 8), "float32"), np.ones(64, "int32")
class Gates(keras.callbacks.Callback):
    def __init__(self, **gates):
        super().__init__()
        self.gates, self.epoch = {at: name for name, at in gates.items()}, 0
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1
    def on_train_batch_begin(self, batch, logs=None):
        time.sleep(0.03)
        name, deadline = self.gates.get((self.epoch, batch)), time.time() + 200
        while name and not os.path.exists(name) and time.time() < deadline:
            time.sleep(0.02)
`;
const TRAIN = `
aibro.Training.online_fit(
    model=model, train_X=X, train_Y=y, validation_data=(X, y), epochs=5, batch_size=8,
    description="gated", record=True, cool_down_period_s=100,
    fit_kwargs={"callbacks": [Gates(half=(3, 6), end=(5, 2))], "verbose": 2})
`;
const SHOW = `
import aibro
aibro.Job.show(aibro.Job.list(limit=1)[0].job_id)
`;

// High enough for both cards of a notebook: a card that is out of view need not be up to date.
test.use({ viewport: { width: 1280, height: 2000 } });

async function openGate(
  page: IJupyterLabPageFixture,
  folder: string,
  gate: string
): Promise<void> {
  await page.contents.uploadContent('', 'text', `${folder}/${gate}`);
}

/** Start a cell without waiting for its end. */
async function beginCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await page.notebook.selectCells(index);
  await begin(page, 'notebook:run-cell');
}

/** Run a cell and wait for its end, however long that takes. */
async function runCell(
  page: IJupyterLabPageFixture,
  index: number
): Promise<void> {
  await page.notebook.selectCells(index);
  await execute(page, 'notebook:run-cell');
}

/** The id of the open notebook's kernel. */
function kernelOf(page: IJupyterLabPageFixture): Promise<string | undefined> {
  return page.evaluate(async () => {
    const panel = window.jupyterapp.shell.currentWidget as NotebookPanel;
    await panel.sessionContext.ready;
    return panel.sessionContext.session?.kernel?.id;
  });
}

test('a job is followed in its card from the call to the end, whatever becomes of page and kernel', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/${NOTEBOOK}`;
  const card = new JobCardOutput(page);
  const second = new JobCardOutput(page, 1);
  let jobId = '';
  await upload(page, path, [
    { source: SET_UP },
    { source: TRAIN },
    { source: SHOW }
  ]);
  await openWithKernel(page, path);
  await runCell(page, 0);

  await test.step('it is there at once, and takes the steps as they happen', async () => {
    await watchCard(page);
    await beginCell(page, 1);
    await expect(card.name).toHaveText('gated');
    await expect(card.bar).toHaveAttribute(
      'aria-valuetext',
      /^Epoch 3 of 5, batch [456] of 8$/,
      TRAINED
    );
    jobId = await newestJob(page);
    const moments = await cardHistory(page);
    // How many steps a warm instance has behind it at the first drawing is a matter of the machine.
    expect(moments[0]).toMatchObject({ status: 'QUEUING' });
    const taken = moments.map(({ step }) => STEPS.indexOf(step));
    expect(taken).toEqual([...taken].sort((one, other) => one - other));
    expect(taken).toEqual(expect.arrayContaining([3, 4]));
    await expect(card.steps.getByRole('listitem')).toHaveText(
      STEPS.map((step, index) =>
        index < 4
          ? `${step}: done`
          : index > 4
            ? `${step}: to come`
            : `${step}: now`
      )
    );
  });

  await test.step('it says that the kernel is not needed from the moment that this is so', async () => {
    await expect(card.badge).toBeVisible();
    const moments = await cardHistory(page);
    const first = moments.findIndex(({ isSafe }) => isSafe);
    expect(moments.slice(first).every(({ isSafe }) => isSafe)).toBe(true);
    expect((await read<Job>(page, `jobs/${jobId}`)).needs_kernel).toBe(false);
  });

  await test.step('metrics stand in the order of the model, the loss with its line', async () => {
    await expect(card.metrics).toHaveText(METRICS);
    const { values } = await read<JobCard>(page, `jobs/${jobId}/card`);
    expect(values).toHaveLength(2);
    await expect(card.sparkline).toHaveAccessibleName(/^loss by epoch: .+ to /);
    await expect(card.left).toHaveText(/^about \d+ (s|min) left$/);
  });

  await test.step('its buttons open the timeline and the log of this job', async () => {
    await card.button('Timeline').click();
    await expect(
      page.locator('.jp-Aibro-TimelinePage .jp-Aibro-Timeline-title')
    ).toContainText('gated');
    await page.notebook.activate(NOTEBOOK);
    await card.button('Log').click();
    await expect(page.locator('.jp-Aibro-log-view')).toContainText('Epoch 2/5');
    await page.notebook.activate(NOTEBOOK);
    await expect(card.button('Replay')).toHaveCount(0);
  });

  await test.step('it survives a reload and the closing of the notebook', async () => {
    await page.notebook.save();
    await page.reload(RELOAD);
    await page.notebook.activate(NOTEBOOK);
    await expect(card.bar).toHaveAttribute('aria-valuetext', /Epoch 3 of 5/);
    await expect(card.badge).toBeVisible();
    await page.notebook.save();
    await page.notebook.close();
    await expect(card.root).toHaveCount(0);
    await page.notebook.openByPath(path);
    await expect(card.bar).toHaveAttribute('aria-valuetext', /Epoch 3 of 5/);
    await expect(card.button('Cancel')).toBeEnabled();
  });

  await test.step('after a restart of the kernel a second card shows the same', async () => {
    const kernel = await kernelOf(page);
    const restarted = await page.request.post(`api/kernels/${kernel}/restart`);
    expect(restarted.status()).toBe(200);
    await runCell(page, 2);
    await expect(second.name).toHaveText('gated');
    await openGate(page, tmpPath, 'half');
    for (const it of [card, second]) {
      await expect(it.bar).toHaveAttribute('aria-valuetext', /Epoch 5 of 5/);
      await expect(it.metrics).toHaveText(METRICS);
    }
  });

  await test.step('with its kernel killed the job completes, and both cards say so', async () => {
    const kernel = await kernelOf(page);
    const killed = await page.request.delete(`api/kernels/${kernel}`);
    expect(killed.status()).toBe(204);
    await openGate(page, tmpPath, 'end');
    for (const it of [card, second]) {
      await expect(it.root).toHaveAttribute(
        'data-status',
        'COMPLETED',
        TRAINED
      );
      await expect(it.badge).toHaveCount(0);
      await expect(it.bar).toHaveAttribute('aria-valuetext', '5 of 5 epochs');
      await expect(it.left).toBeEmpty();
    }
    expect(await read<Job>(page, `jobs/${jobId}`)).toMatchObject({
      status: 'COMPLETED',
      epoch: 5
    });
  });

  await test.step('the saved notebook holds the end in every form, twice', async () => {
    const ends = async () =>
      (await liveNotebook(page)).cells
        .slice(1)
        .map(cell => dataOf({ cells: [cell] }, JOB_MIME)[JOB_MIME]);
    const end = { job: { job_id: jobId, status: 'COMPLETED', epoch: 5 } };
    await expect.poll(ends).toMatchObject([end, end]);
    await page.notebook.save();
    const { cells } = await savedNotebook(page, path);
    for (const cell of cells.slice(1)) {
      const data = dataOf({ cells: [cell] }, JOB_MIME);
      expect(data[JOB_MIME]).toMatchObject(end);
      expect(String(data['text/html'])).toMatch(/gated.*COMPLETED/);
      expect(String(data['text/plain'])).toMatch(/gated.*COMPLETED/);
      expect(JSON.stringify(data).length).toBeLessThan(8192);
    }
  });

  await test.step('a recorded job can be replayed from its card', async () => {
    await card.button('Replay…').click();
    const dialog = page.getByRole('dialog', { name: 'Replay job' });
    await expect(dialog.getByRole('combobox', { name: 'Job' })).toHaveValue(
      /gated/
    );
    await page.keyboard.press('Escape');
  });
});

test('a job with odd words and a hundred metrics is canceled in its card, and deleted', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/${NOTEBOOK}`;
  const card = new JobCardOutput(page);
  const odd =
    '<img src=x onerror="window.hacked=1"> 🦉 שלום עולם \u202e<b>bold</b> ';
  await upload(page, path, [
    {
      source: `${SET_UP}
class Many(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        logs.update({f"metric_{i}": i / 7 for i in range(100)})
aibro.Training.online_fit(
    model=model, train_X=X, train_Y=y, epochs=4, batch_size=8,
    description=${JSON.stringify(odd)} + "x" * ${5000 - odd.length}, cool_down_period_s=100,
    fit_kwargs={"callbacks": [Many(), Gates(never=(3, 2))]})
`
    }
  ]);
  await openWithKernel(page, path);
  await beginCell(page, 0);

  await expect(card.bar).toHaveAttribute(
    'aria-valuetext',
    /Epoch 3 of 4/,
    TRAINED
  );
  await expect(card.name).toContainText(odd.trim());
  await expect(card.name.locator('img, b')).toHaveCount(0);
  await expect(card.metrics.nth(2)).toHaveText('metric_0');
  expect(
    await page.evaluate(() => (window as unknown as { hacked?: 1 }).hacked)
  ).toBeUndefined();
  const size = async () => {
    const box = await card.root.boundingBox();
    return [box?.width, box?.height];
  };
  const [width, height] = await size();
  expect(width).toBeLessThanOrEqual(720);
  expect(height).toBeLessThan(280);

  await card.button('Cancel').click();
  await expect(card.root).toHaveAttribute('data-status', 'CANCELED');
  await expect(card.message).toContainText(/by the user/i);
  await expect(card.steps).toContainText('TRAINING: canceled here');
  expect(await size()).toEqual([width, height]);

  const jobId = await newestJob(page);
  const deleted = await page.request.delete(`aibro/api/jobs/${jobId}`);
  expect(deleted.status()).toBe(204);
  await page.notebook.save();
  await page.reload(RELOAD);
  await expect(card.root).toHaveAttribute('data-status', 'CANCELED');
  await card.button('Log').click();
  await expect(page.getByText(`There is no job ${jobId}`)).toBeVisible();
});
