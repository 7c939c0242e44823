/* The notebook in the pictures: the quickstart, shorter. */
import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { execute } from '../fixtures/commands';
import { openWithKernel, upload } from '../fixtures/notebook';

/** Where it is saved. */
export const NOTEBOOK = 'digits/digits.ipynb';

const MODEL = `import keras
from sklearn.datasets import load_digits

digits = load_digits()
images = (digits.images / 16.0).astype("float32")[..., None]
X, y = images[:1500], digits.target[:1500]
Xv, yv = images[1500:], digits.target[1500:]

keras.utils.set_random_seed(7)
model = keras.Sequential(
    [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(16, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])`;

/** The cell that trains; `more` are further arguments. */
export function training(more: string): string {
  return `import aibro

job_id, model, history = aibro.Training.online_fit(
    model=model, train_X=X, train_Y=y, validation_data=(Xv, yv),
    epochs=10, batch_size=64, description="digits, first try",
    ${more}
)`;
}

/** Open the notebook with the model's cell and these, and run the model's. */
export async function openDigits(
  page: IJupyterLabPageFixture,
  cells: readonly string[]
): Promise<void> {
  await page.contents.createDirectory('digits');
  await upload(
    page,
    NOTEBOOK,
    [MODEL, ...cells].map(source => ({ source }))
  );
  await openWithKernel(page, NOTEBOOK);
  await execute(page, 'notebook:run-cell-and-select-next');
  await expect(
    page.locator('.jp-Notebook .jp-InputPrompt', { hasText: '[1]:' })
  ).toBeVisible({ timeout: 120_000 });
}
