import { expect, test } from '../fixtures/test';

import { submit } from '../fixtures/jobs';
import { Panel } from '../fixtures/panel';

/** Long, because a cold job has to import a framework first. */
const TRAINED = 300_000;

test.describe('the panel', () => {
  let panel: Panel;

  test.beforeEach(async ({ page }) => {
    panel = new Panel(page);
    await panel.open();
  });

  test('shows a job from its start to its end, then its log, and deletes it', async ({
    page
  }) => {
    const jobId = await submit(page, 'seen through', { epochs: 3 });
    const row = panel.row(jobId);
    await expect(row).toContainText('seen through');
    await expect(row).toContainText('COMPLETED', { timeout: TRAINED });

    await panel.choose(jobId, 'Show Log');
    await expect(page.getByRole('log')).toContainText(/Epoch 3\/3/);

    await panel.choose(jobId, 'Copy Job Id');
    await panel.search.focus();
    await page.keyboard.press('Control+V');
    await expect(panel.search).toHaveValue(jobId);
    await expect(panel.rows).toHaveCount(1);
    await row.click();
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('seen through');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(row).toHaveCount(0);
  });

  test('cancels a job that trains and says so', async ({ page }) => {
    const jobId = await submit(page, 'never ends', {
      epochs: 10_000,
      pause: 0.05
    });
    const row = panel.row(jobId);
    await expect(row.getByRole('progressbar')).toBeVisible({
      timeout: TRAINED
    });
    await expect(row).toContainText(/\d+\/10000/);
    await row.hover();
    await row.getByRole('button', { name: 'Cancel Job' }).click();
    await expect(row).toContainText('CANCELED');
    await row.hover();
    await expect(row.getByRole('button', { name: 'Cancel Job' })).toHaveCount(
      0
    );
  });

  test('counts a cooling instance down, extends and closes it', async ({
    page
  }) => {
    const jobId = await submit(page, 'leaves it warm', {
      epochs: 1,
      coolDown: 30
    });
    await expect(panel.row(jobId)).toContainText('COMPLETED', {
      timeout: TRAINED
    });
    const instance = panel.root
      .locator('.jp-Aibro-instance')
      .filter({ hasText: 'COOLING' });
    await expect(instance).toContainText(/0:[0-3]\d left/);
    await instance.getByRole('button', { name: /^Extend/ }).click();
    await expect(instance).toContainText(/5:\d\d left/);
    await instance.getByRole('button', { name: /^Close/ }).focus();
    await page.keyboard.press('Enter');
    await expect(instance).toHaveCount(0);
    await expect(
      panel.root.getByRole('button', { name: /^Instances/ })
    ).toBeFocused();
  });

  test('finds jobs by text and by state', async ({ page }) => {
    const jobId = await submit(page, 'a needle', { epochs: 1 });
    await expect(panel.row(jobId)).toContainText('COMPLETED', {
      timeout: TRAINED
    });
    await panel.search.fill('NEEDLE');
    await expect(panel.rows).toHaveCount(1);
    await expect(panel.row(jobId)).toBeVisible();
    await panel.root.getByRole('combobox').selectOption('Canceled');
    await expect(panel.root).toContainText('No job matches.');
    await panel.root.getByRole('button', { name: 'Show all jobs' }).click();
    await expect(panel.row(jobId)).toBeVisible();
    await expect(panel.search).toHaveValue('');
  });

  test('is used by keyboard alone', async ({ page }) => {
    await submit(page, 'the first', { epochs: 1 });
    const second = await submit(page, 'the second', { epochs: 1 });
    await expect(panel.rows.first()).toContainText('the second');
    await panel.row(second).focus();
    await page.keyboard.press('ArrowDown');
    await expect(panel.rows.nth(1)).toBeFocused();
    await page.keyboard.press('Home');
    await expect(panel.row(second)).toBeFocused();
    await expect(panel.row(second)).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page.locator('.jp-Aibro-JobPage')).toBeVisible();
  });

  test('says that the server fails, asks again when told to, and recovers', async ({
    page
  }) => {
    let isBroken = true;
    await page.route('**/aibro/api/**', route =>
      isBroken ? route.abort() : route.fallback()
    );
    await panel.wake();
    const alert = panel.root.getByRole('alert');
    await expect(alert).toContainText('AIbro is not available');
    // Keep it broken until the click, or the panel might recover by itself just before it.
    const asked = page.waitForRequest('**/aibro/api/**');
    await alert.getByRole('button', { name: 'Retry' }).click();
    await asked;
    isBroken = false;
    await expect(alert).toHaveCount(0);
  });
});
