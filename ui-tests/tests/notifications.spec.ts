import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { JobPage } from '../fixtures/jobPage';
import { submit } from '../fixtures/jobs';
import { Panel } from '../fixtures/panel';
import { plainPage, whenRestored } from '../fixtures/plainPage';
import { chooseSetting } from '../fixtures/settings';

/** The longest a cold job may take, in ms. */
const TRAINED = 300_000;

/** A desktop notification of a tab, and whether it is still shown. */
interface IShown {
  readonly text: string;
  isThere: boolean;
}

/** Turn desktop notifications on, pretend that the tab is hidden, and record its notifications. */
async function watchDesktop(page: IJupyterLabPageFixture): Promise<void> {
  await chooseSetting(page, 'desktopNotifications', true);
  await page.evaluate(() => {
    const shown: IShown[] = [];
    // Tests cannot see desktop notifications, so record each one as it is created.
    class Kept extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        const it = { text: `${title}: ${options?.body ?? ''}`, isThere: true };
        shown.push(it);
        this.addEventListener('close', () => (it.isThere = false));
      }
    }
    Object.assign(window, { Notification: Kept, shownOnDesktop: shown });
    // A headless browser never hides a tab.
    Object.defineProperty(document, 'hidden', { get: () => true });
  });
}

function shownOnDesktop(page: IJupyterLabPageFixture): Promise<IShown[]> {
  return page.evaluate(
    () => (window as unknown as { shownOnDesktop: IShown[] }).shownOnDesktop
  );
}

test('the end of a job is told, in JupyterLab and once on the desktop, and the status bar counts', async ({
  baseURL,
  context,
  page
}) => {
  await context.grantPermissions(['notifications']);
  const second = plainPage(await context.newPage());
  await second.goto(`${baseURL}/lab/workspaces/aibro-second`);
  await whenRestored(second);
  const tabs = [page, second];
  for (const tab of tabs) {
    await watchDesktop(tab);
  }
  const item = page.getByRole('button', { name: /^AIbro jobs:/ });
  await expect(item).toHaveCount(0);

  const jobId = await submit(page, 'tells its end', { epochs: 2 });
  await test.step('the status bar counts it, and a click shows the jobs', async () => {
    await expect(item).toContainText(/1 (training|queued)/);
    await item.click();
    await expect(new Panel(page).row(jobId)).toBeVisible();
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

  await test.step('of two hidden tabs each tells, and one notification stands on the desktop', async () => {
    const shown = async (): Promise<IShown[]> =>
      (await Promise.all(tabs.map(shownOnDesktop))).flat();
    await expect.poll(async () => (await shown()).length).toBe(2);
    for (const { text } of await shown()) {
      expect(text).toContain('tells its end');
    }
    const there = async (): Promise<number> =>
      (await shown()).filter(({ isThere }) => isThere).length;
    await expect.poll(there).toBe(1);
  });
  await second.close();
});
