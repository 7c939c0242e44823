import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { execute } from '../fixtures/commands';
import { newestJob } from '../fixtures/jobs';
import { openWithKernel, upload } from '../fixtures/notebook';
import { ReplayDialog } from '../fixtures/replayDialog';

const NOTEBOOK = 'replay.ipynb';
/** The longest a small job may take on a busy machine, in ms. */
const JOB = 300_000;

const DESCRIPTION = 'sums, to be replayed';
const TRAIN = `
import numpy as np, keras, aibro
x = np.random.default_rng(1).random((200, 4), dtype="float32")
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
job_id, model, history = aibro.Training.online_fit(
    model=model, train_X=x, train_Y=x.sum(axis=1), epochs=2, batch_size=50,
    description="${DESCRIPTION}", record=True)
print("recorded as", job_id)
`;

/** An entry of the file browser. */
function file(page: IJupyterLabPageFixture, name: string | RegExp): Locator {
  return page
    .getByRole('region', { name: 'File Browser Section' })
    .locator('.jp-DirListing-itemName')
    .filter({ hasText: name });
}

test('a recorded job is replayed and its files appear beside the notebook', async ({
  page,
  tmpPath
}) => {
  const dialog = new ReplayDialog(page);

  await test.step('train a job that is recorded', async () => {
    const path = `${tmpPath}/${NOTEBOOK}`;
    await upload(page, path, [{ source: TRAIN }]);
    await openWithKernel(page, path);
    await execute(page, 'notebook:run-all-cells');
    await expect(
      page.locator('.jp-OutputArea-output', { hasText: 'recorded as' })
    ).toBeVisible({ timeout: JOB });
  });

  await test.step('find it in the dialog', async () => {
    await dialog.openFromPalette();
    await dialog.job.fill('to be repl');
    await expect(dialog.options).toHaveCount(1);
    await dialog.job.press('Enter');
    await expect(dialog.job).toHaveValue(new RegExp(DESCRIPTION));
    await expect(dialog.self).toContainText(/Recorded: Keras \d/);
    await expect(dialog.self).toContainText('this machine: the same');
  });

  const checkpoints = dialog.saving('checkpoints');
  await test.step('a wrong entry is told, and nothing can be sent', async () => {
    await expect(checkpoints.folder).toHaveValue(tmpPath);
    await expect(dialog.replay).toBeEnabled();
    await checkpoints.folder.fill('nowhere/at all');
    await expect(checkpoints.group).toContainText(
      'There is no folder “nowhere/at all”.'
    );
    await expect(dialog.replay).toBeDisabled();
    await checkpoints.folder.fill(`${tmpPath}/${NOTEBOOK}`);
    await expect(checkpoints.group).toContainText('is a file');
    await checkpoints.folder.fill(tmpPath);
    await dialog.wait.fill('-5');
    await expect(dialog.self).toContainText('cannot be negative');
    await expect(dialog.replay).toBeDisabled();
    await dialog.wait.fill('600');
    await expect(checkpoints.group).toContainText(
      `→ ${tmpPath}/checkpoints/<job id>/`
    );
  });

  const toast = page.locator('.Toastify__toast', { hasText: 'same again?' });
  await test.step('replay it and be told the verdict', async () => {
    await dialog.description.fill('same again?');
    await dialog.description.press('Control+Enter');
    await expect(dialog.self).toBeHidden();
    await expect(toast).toContainText('Replay: same again?');
    await expect(toast).toContainText('IDENTICAL', { timeout: JOB });
    await expect(
      toast.getByRole('button', { name: 'Open replay' })
    ).toBeVisible();
  });

  const result = page.locator('.jp-Aibro-ReplayPage');
  await test.step('its page shows the verdict and both runs in one chart', async () => {
    await expect(result.getByRole('group', { name: 'Verdict' })).toContainText(
      'IDENTICAL'
    );
    await expect(
      result.locator('.jp-Aibro-chart svg.main-svg').first()
    ).toBeVisible();
    await result.getByRole('button', { name: 'Show as table' }).click();
    await expect(result.getByRole('row')).toHaveCount(3);
  });

  await test.step('TensorBoard opens inside JupyterLab', async () => {
    await result.getByRole('button', { name: 'Open TensorBoard' }).click();
    const board = page.frameLocator('.jp-IFrame iframe');
    await expect(board.locator('tb-webapp')).toContainText('epoch_loss', {
      timeout: JOB
    });
  });

  await test.step('find the files in the file browser', async () => {
    await toast.getByRole('button', { name: 'Show files' }).click();
    for (const epoch of ['epoch-0001.keras', 'epoch-0002.keras']) {
      await expect(file(page, epoch)).toBeVisible();
    }
    await execute(page, 'filebrowser:go-to-path', {
      path: `${tmpPath}/logs`
    });
    await file(page, /^[0-9a-f]{12}$/).dblclick();
    await file(page, 'train').dblclick();
    await expect(file(page, 'events.out.tfevents')).toBeVisible();
  });

  await test.step('the panel offers it too', async () => {
    await execute(page, 'aibro:show-panel');
    const row = page.locator('.jp-Aibro-job', { hasText: DESCRIPTION });
    await row.hover();
    await row.getByRole('button', { name: 'Replay Job…' }).click();
    await expect(dialog.job).toHaveValue(new RegExp(DESCRIPTION));
    await expect(dialog.description).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog.self).toBeHidden();
  });

  await test.step('the replay saved checkpoints: another can begin at one', async () => {
    await execute(page, 'aibro:replay', { jobId: await newestJob(page) });
    const start = dialog.self.getByRole('combobox', { name: 'Start' });
    await start.selectOption({ label: 'After epoch 1' });
    for (const what of ['checkpoints', 'TensorBoard log'] as const) {
      await dialog.saving(what).group.getByRole('checkbox').uncheck();
    }
    await dialog.description.fill('from the middle');
    await dialog.replay.click();
    const verdict = page
      .locator('.jp-Aibro-ReplayPage', { hasText: 'from the middle' })
      .getByRole('group', { name: 'Verdict' });
    await expect(verdict).toContainText('IDENTICAL', { timeout: JOB });
  });
});

test('the dialog is used with the keyboard alone', async ({
  page,
  tmpPath
}) => {
  await page.contents.createDirectory(`${tmpPath}/runs`);
  await execute(page, 'filebrowser:go-to-path', { path: tmpPath });
  const dialog = new ReplayDialog(page);
  await dialog.openFromPalette();

  await test.step('what was written survives a click beside the dialog', async () => {
    await dialog.description.focus();
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    await page.keyboard.type('second');
    await page.mouse.click(4, 400);
    await expect(dialog.description).toHaveValue('first\nsecond');
  });

  await test.step('a folder picker opens above and gives the focus back', async () => {
    const { browse, folder } = dialog.saving('TensorBoard log');
    await browse.focus();
    await page.keyboard.press('Enter');
    const picker = page.locator('.jp-Dialog', { hasText: 'Choose a folder' });
    await expect(picker.getByText('runs')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(picker).toBeHidden();
    await expect(browse).toBeFocused();
    await page.keyboard.press('Enter');
    await picker.getByText('runs').click();
    await picker.getByRole('button', { name: 'Select' }).click();
    await expect(folder).toHaveValue(`${tmpPath}/runs`);
    await expect(browse).toBeFocused();
  });

  await test.step('Tab stays within the dialog', async () => {
    for (let stop = 0; stop < 20; stop++) {
      await page.keyboard.press('Tab');
      const inside = await dialog.self.evaluate(node =>
        node.contains(document.activeElement)
      );
      expect(inside).toBe(true);
    }
    await dialog.description.focus();
    for (let stop = 0; stop < 20; stop++) {
      await page.keyboard.press('Shift+Tab');
      const inside = await dialog.self.evaluate(node =>
        node.contains(document.activeElement)
      );
      expect(inside).toBe(true);
    }
  });

  await test.step('Escape closes the list, then the dialog', async () => {
    await dialog.job.focus();
    await page.keyboard.press('ArrowDown');
    await expect(dialog.self.getByRole('status')).toContainText('recorded');
    await page.keyboard.press('Escape');
    await expect(dialog.self.getByRole('status')).toBeHidden();
    await expect(dialog.self).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog.self).toBeHidden();
  });
});
