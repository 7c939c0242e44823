import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { execute } from '../fixtures/commands';
import { runPython } from '../fixtures/jobs';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';

const NAME = 'passed on';

/** Train a recorded job with custom code, and return its id. */
async function train(page: IJupyterLabPageFixture): Promise<string> {
  const printed = await runPython(
    page,
    `
import os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np, aibro

class Own(keras.callbacks.Callback):
    pass

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
X, y = np.zeros((8, 4), "float32"), np.zeros((8, 1), "float32")
job_id = aibro.Training.offline_fit(model=model, train_X=X, train_Y=y, description="${NAME}",
    record=True, fit_kwargs={"callbacks": [Own()]})
aibro.Job.wait(job_id)
print("id:" + job_id)
`
  );
  return /id:(\w+)/.exec(printed)?.[1] ?? '';
}

/** Simulate a drag of files from the desktop onto an element. */
async function drag(
  target: Locator,
  files: readonly { name: string; from?: string }[]
): Promise<{ over(): Promise<void>; drop(): Promise<void> }> {
  const page = target.page();
  const dataTransfer = await page.evaluateHandle(async dragged => {
    const data = new DataTransfer();
    for (const { name, from } of dragged) {
      const content = from
        ? await (await fetch(from)).arrayBuffer()
        : 'no report';
      data.items.add(new File([content], name, { type: 'application/zip' }));
    }
    return data;
  }, files);
  return {
    over: () => target.dispatchEvent('dragover', { dataTransfer }),
    drop: () => target.dispatchEvent('drop', { dataTransfer })
  };
}

test('a job is passed on as a report and brought in again, by mouse', async ({
  page,
  tmpPath
}) => {
  const panel = new Panel(page);
  const dialog = new ReplayDialog(page);
  const jobId = await train(page);
  const toast = (text: RegExp): Locator =>
    page.locator('.Toastify__toast').filter({ hasText: text });
  const mark = panel.row(jobId).getByRole('img', { name: 'imported' });
  const forget = async (): Promise<void> => {
    await execute(page, 'apputils:dismiss-all-notifications').catch(
      () => undefined
    );
    const deleted = await page.request.delete(`aibro/api/jobs/${jobId}`);
    expect(deleted.status()).toBe(204);
    await expect(panel.row(jobId)).toHaveCount(0);
  };
  await panel.open();

  const file = page.locator('.jp-DirListing-item', { hasText: '.zip' });
  await test.step('it is saved into the folder that the file browser shows', async () => {
    await execute(page, 'filebrowser:go-to-path', { path: tmpPath });
    await panel.open();
    await panel.choose(jobId, 'Save Report');
    await expect(toast(/Report saved/)).toBeVisible();
    await toast(/Report saved/)
      .getByRole('button', { name: 'Show file' })
      .click();
    await expect(file).toBeVisible();
  });
  const name =
    (await file.locator('.jp-DirListing-itemText').textContent()) ?? '';

  await test.step('while the job is here it is refused', async () => {
    await execute(page, 'aibro:import-report', { path: `${tmpPath}/${name}` });
    await expect(toast(/was not imported/)).toContainText('here already');
  });

  await test.step('dragged from the file browser onto the panel it comes in', async () => {
    await forget();
    await page.sidebar.moveTabToRight('jp-aibro-jobs');
    await panel.open();
    await file.hover();
    await page.mouse.down();
    const box = await panel.root.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 80, (box?.y ?? 0) + 200];
    // While dragging, Lumino puts a backdrop under the pointer, which for Playwright covers the
    // panel.
    await page.mouse.move(x, y, { steps: 5 });
    await page.mouse.move(x, y + 100, { steps: 5 });
    await expect(panel.root).toContainText('Drop reports to import them');
    await page.mouse.up();
    await expect(toast(/Imported/)).toContainText(NAME);
    await expect(mark).toBeVisible();
  });

  await test.step('dropped from the desktop it comes in as well', async () => {
    await forget();
    const { drop, over } = await drag(panel.root, [
      { name: 'from-a-colleague.zip', from: `/files/${tmpPath}/${name}` }
    ]);
    await over();
    await expect(panel.root).toContainText('Drop reports to import them');
    await drop();
    await expect(panel.root).not.toContainText('Drop reports to import them');
    await expect(toast(/from-a-colleague/)).toContainText('Imported');
    await expect(mark).toBeVisible();
  });

  await test.step('what is no report is refused in words', async () => {
    const { drop } = await drag(panel.root, [{ name: 'film.zip' }]);
    await drop();
    await expect(toast(/film\.zip/)).toContainText('It is not a report');
  });

  await test.step('its code runs only for who says to trust it', async () => {
    await toast(/from-a-colleague/)
      .getByRole('button', { name: 'Replay…' })
      .click();
    const trust = dialog.self.getByRole('checkbox', { name: /^I trust/ });
    await expect(trust).not.toBeChecked();
    await expect(dialog.self).toContainText(
      'Until this is ticked, nothing of it runs'
    );
    await expect(dialog.replay).toBeDisabled();
    await trust.check();
    await expect(dialog.replay).toBeEnabled();
  });
});
