import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { THEMES, violations } from '../fixtures/axe';
import { execute } from '../fixtures/commands';
import { endedJobId, putEndedJobs } from '../fixtures/endedJobs';
import { runPython } from '../fixtures/jobs';
import { layoutKept } from '../fixtures/layout';
import { RELOAD } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';
import { testWithServer } from '../fixtures/server';
import { chooseSetting } from '../fixtures/settings';

const COUNT = 300;

const test = testWithServer();

// The tests share a store: each one finds the jobs that the previous tests left.
test.describe.configure({ mode: 'serial' });

/** Start two jobs that run until they are canceled; returns their ids in the order of their start. */
async function submitTwo(page: IJupyterLabPageFixture): Promise<string[]> {
  const printed = await runPython(
    page,
    `
import os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import keras, numpy as np, aibro

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
X, y = np.zeros((8, 4), "float32"), np.zeros((8, 1), "float32")
print("ids:", *(
    aibro.Training.offline_fit(model=model, train_X=X, train_Y=y, epochs=100_000, description=name)
    for name in ("the first of two", "the second of two")
))
`
  );
  return /ids: (\w+) (\w+)/.exec(printed)?.slice(1) ?? [];
}

test('several of many jobs are selected, and deleted at once', async ({
  page
}) => {
  const panel = new Panel(page);
  const head = panel.root.locator('.jp-Aibro-jobs .jp-Aibro-count');
  await panel.open();
  await test.step('while there is none, anybody can read how to begin', async () => {
    await expect(panel.root).toContainText('No job yet');
    for (const [theme, rules] of THEMES) {
      await page.theme.setTheme(theme);
      expect(await violations(page, '#jp-aibro-jobs', rules), theme).toEqual(
        []
      );
    }
    await page.theme.setLightTheme();
  });
  await putEndedJobs(page, COUNT);
  await expect(head).toHaveText('300');
  const row = (number: number) => panel.row(endedJobId(number));
  const selected = panel.root.locator('[role=row][aria-selected=true]');

  await test.step('one by one with Ctrl, a range with Shift', async () => {
    await row(300).click();
    await row(298).click({ modifiers: ['Control'] });
    await expect(selected).toHaveCount(2);
    await expect(head).toHaveText('2 of 300 selected');
    await row(296).click({ modifiers: ['Shift'] });
    await expect(head).toHaveText('3 of 300 selected');
    await row(297).click({ modifiers: ['Control'] });
    await expect(row(297)).toHaveAttribute('aria-selected', 'false');
  });

  await test.step('all to the end with Shift+End, also those not read yet', async () => {
    await row(300).click();
    await page.keyboard.press('Shift+End');
    await expect(head).toHaveText('300 of 300 selected');
    await expect(row(1)).toBeInViewport();
    await page.keyboard.press('Home');
    await expect(selected).toHaveCount(1);
    await page.keyboard.press('Control+a');
    await expect(head).toHaveText('300 of 300 selected');
  });

  await test.step('the menu is of the selected ones', async () => {
    await row(300).click();
    await row(297).click({ modifiers: ['Shift'] });
    await row(298).click({ button: 'right' });
    await expect(
      page.getByRole('menuitem', { name: 'Delete 4 Jobs…' })
    ).toBeVisible();
    await expect(
      page.getByRole('menuitem', { name: 'Cancel Job' })
    ).toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Escape');
  });

  await test.step('their deletion is asked for with their number', async () => {
    await row(298).focus();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('4 jobs will be removed for good');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(head).toHaveText('296');
    await expect(panel.rows.first()).toContainText('try 296');
  });
});

test('jobs are narrowed down and ordered, and it is kept', async ({ page }) => {
  const panel = new Panel(page);
  const head = panel.root.locator('.jp-Aibro-jobs .jp-Aibro-count');
  const filter = panel.root.getByRole('combobox', { name: 'Show' });
  const choose = async (item: string): Promise<void> => {
    await panel.root
      .getByRole('button', { name: /^Order and machine/ })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await panel.open();
  await expect(head).toHaveText('296');

  await test.step('by status, by what was recorded and by machine', async () => {
    await filter.selectOption('Canceled');
    await expect(head).toHaveText('59');
    await filter.selectOption('Recorded');
    await expect(head).toHaveText('98');
    await choose('On gpu.od');
    await expect(head).toHaveText('9');
    await expect(panel.rows.first()).toContainText('try 270');
    await panel.search.fill('try 15');
    await expect(head).toHaveText('1');
    await panel.search.fill('');
    await expect(head).toHaveText('9');
  });

  await test.step('the oldest first', async () => {
    const kept = layoutKept(page, '"sort":"created"');
    await choose('Oldest First');
    await expect(panel.rows.first()).toContainText('try 30');
    await kept;
  });

  await test.step('all but the text comes back after a reload', async () => {
    await page.reload(RELOAD);
    await panel.open();
    await expect(head).toHaveText('9');
    await expect(panel.rows.first()).toContainText('try 30');
    await expect(filter).toHaveValue('recorded');
  });
});

test('settings change what the panel shows', async ({ page }) => {
  const panel = new Panel(page);
  await panel.open();
  const row = panel.rows.first();
  await expect(row.locator('.jp-Aibro-metric')).toContainText('0.123');
  await chooseSetting(page, 'metric', 'accuracy');
  await expect(row.locator('.jp-Aibro-metric')).toContainText('0.988');
  await chooseSetting(page, 'showMetric', false);
  await expect(row.locator('.jp-Aibro-metric')).toHaveCount(0);
  await expect(row.locator('.jp-Aibro-elapsed')).toHaveText('0:50');
  await chooseSetting(page, 'showElapsed', false);
  await expect(row.locator('.jp-Aibro-elapsed')).toHaveCount(0);
  const instances = panel.root.getByRole('button', { name: /^Instances/ });
  await expect(instances).toBeVisible();
  await chooseSetting(page, 'showInstances', false);
  await expect(instances).toHaveCount(0);
});

test('several running jobs are canceled at once, then compared', async ({
  page
}) => {
  const panel = new Panel(page);
  await panel.open();
  const [first, second] = await submitTwo(page);
  const comparison = page.locator('.jp-Aibro-Diff');

  await test.step('canceled, after their number was told', async () => {
    await panel.row(first).click();
    await panel.row(second).click({ modifiers: ['Control'] });
    await panel.choose(first, 'Cancel 2 Jobs');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('2 jobs will end now');
    await dialog.getByRole('button', { name: 'Cancel jobs' }).click();
    for (const jobId of [first, second]) {
      await expect(panel.row(jobId)).toContainText('CANCELED');
    }
  });

  await test.step('compared, the older one first', async () => {
    await panel.choose(second, 'Compare Timelines');
    await expect(comparison).toContainText('the first of two');
    await expect(comparison).toContainText('the second of two');
    await execute(page, 'application:close');
    await expect(comparison).toHaveCount(0);
  });

  await test.step('compared with one that is searched for among all', async () => {
    await panel.row(first).click();
    await panel.choose(first, 'Compare with…');
    const question = page.getByRole('dialog', { name: 'Compare timelines' });
    const options = question.getByRole('option');
    await expect(options.first()).toContainText('the second of two');
    await expect(question.getByRole('status')).toContainText('of 298 jobs');
    await page.keyboard.type('try 123');
    await expect(options).toHaveCount(1);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('second');
    await expect(options).toContainText(['the second of two']);
    await expect(options).toHaveCount(1);
    await page.keyboard.press('Enter');
    await expect(question).toHaveCount(0);
    await expect(comparison).toContainText('the second of two');
  });
});
