/* What a training prints and displays appears in its cell while it trains. */
import { expect, test } from '../fixtures/test';

import { begin, execute } from '../fixtures/commands';
import { JobCardOutput } from '../fixtures/jobCard';
import { openWithKernel, upload } from '../fixtures/notebook';

/** A callback that waits in its second epoch until a file appears in the notebook's folder. */
const SET_UP = `
import os, time, keras, numpy as np, aibro
from IPython.display import HTML, clear_output, display
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
X, y = np.ones((64, 8), "float32"), np.ones(64, "float32")
class Talks(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        deadline = time.time() + 200
        while epoch == 1 and not os.path.exists("go") and time.time() < deadline:
            time.sleep(0.02)
        if epoch == 2:
            clear_output(wait=True)
    def on_epoch_end(self, epoch, logs=None):
        print(f"epoch {epoch}: the loss is {logs['loss']:.4f}")
        display(HTML(f"<b class='mine'>seen {epoch + 1} of 3</b>"))
`;
const TRAIN = `
_ = aibro.Training.online_fit(model, X, y, epochs=3, description="talks",
    fit_kwargs={"callbacks": [Talks()]})
`;

test('a training that prints and displays does so in its cell, below the card', async ({
  page,
  tmpPath
}) => {
  const path = `${tmpPath}/output.ipynb`;
  const card = new JobCardOutput(page);
  const outputs = page.locator('.jp-Cell-outputArea').last();
  await upload(page, path, [{ source: SET_UP }, { source: TRAIN }]);
  await openWithKernel(page, path);
  await page.notebook.selectCells(0);
  await execute(page, 'notebook:run-cell');
  await page.notebook.selectCells(1);
  await begin(page, 'notebook:run-cell');

  await expect(outputs).toContainText('epoch 0: the loss is', {
    timeout: 300_000
  });
  await expect(outputs.locator('.mine')).toHaveText(['seen 1 of 3']);
  await expect(card.name).toHaveText('talks');
  await expect(outputs).not.toContainText('epoch 1:');

  await page.contents.uploadContent('', 'text', `${tmpPath}/go`);
  await expect(outputs.locator('.mine')).toHaveText(['seen 3 of 3'], {
    timeout: 300_000
  });
  // The third epoch has cleared the cell. The card is there again, and follows the job to its end.
  await expect(outputs).not.toContainText('epoch 1:');
  await expect(card.name).toHaveText('talks');
  await expect(card.root).toHaveAttribute('data-status', 'COMPLETED');
});
