import { expect, test } from '../fixtures/test';

import { JobPage } from '../fixtures/jobPage';
import { submit } from '../fixtures/jobs';
import { chooseSetting } from '../fixtures/settings';

test.setTimeout(300_000);

/** The longest a cold job may take, in ms. */
const TRAINED = 120_000;

test('the end of a job is told, in JupyterLab and on the desktop, and the status bar counts', async ({
  context,
  page
}) => {
  await context.grantPermissions(['notifications']);
  await chooseSetting(page, 'desktopNotifications', true);
  await page.evaluate(() => {
    const shown: string[] = [];
    // A browser shows no test what it put on the desktop: this keeps it, and puts it there as well.
    class Kept extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        shown.push(`${title}: ${options?.body ?? ''}`);
      }
    }
    Object.assign(window, { Notification: Kept, shownOnDesktop: shown });
    // A browser without a window never hides a tab.
    Object.defineProperty(document, 'hidden', { get: () => true });
  });
  const item = page.getByRole('button', { name: /^AIbro jobs:/ });
  await expect(item).toHaveCount(0);

  const jobId = await submit(page, 'tells its end', { epochs: 2 });
  await test.step('the status bar counts it, and a click shows the jobs', async () => {
    await expect(item).toContainText(/1 (training|queued)/);
    await item.click();
    await expect(
      page.locator(`#jp-aibro-jobs [data-job-id="${jobId}"]`)
    ).toBeVisible();
    await expect(item).toHaveCount(0, { timeout: TRAINED });
  });

  await test.step('a notification leads to its page', async () => {
    const toast = page.locator('.Toastify__toast', {
      hasText: 'tells its end'
    });
    await expect(toast).toContainText('Completed');
    await toast.getByRole('button', { name: 'Open' }).click();
    await expect(new JobPage(page).name).toHaveText('tells its end');
  });

  await test.step('the desktop shows it while the tab is hidden', async () => {
    const shown = await page.evaluate(
      () => (window as unknown as { shownOnDesktop: string[] }).shownOnDesktop
    );
    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain('tells its end');
  });
});
