/* AIbro in the browser without a server part, or with one of another version. */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

import { completedCard, trainingCard } from '../../jest/cards';
import { completed } from '../../jest/timelines';
import { JOB_MIME, TIMELINE_MIME } from '../../src/api/_models';
import { execute } from '../fixtures/commands';
import { failuresOf } from '../fixtures/failures';
import { display, openWithoutKernel, upload } from '../fixtures/notebook';
import { testWithServer } from '../fixtures/server';

const INFO = '**/aibro/api/info*';

/** Open a notebook with outputs that were saved while a job ran and after it ended. */
async function openSaved(
  page: IJupyterLabPageFixture,
  folder: string
): Promise<void> {
  const path = `${folder}/saved.ipynb`;
  const text = { 'text/plain': 'saved' };
  await upload(page, path, [
    {
      source: 'aibro.Job.show(job_id)',
      outputs: [display({ [JOB_MIME]: trainingCard(), ...text })]
    },
    {
      source: 'aibro.Job.show(job_id)',
      outputs: [display({ [JOB_MIME]: completedCard(), ...text })]
    },
    {
      source: 'aibro.Job.plot_timeline(job_id)',
      outputs: [display({ [TIMELINE_MIME]: completed(), ...text })]
    }
  ]);
  await openWithoutKernel(page, path);
}

/** Expect the saved outputs to be drawn; those of a running job say when they were saved. */
async function expectSnapshots(page: IJupyterLabPageFixture): Promise<void> {
  const cards = page.locator('.jp-OutputArea-output .jp-Aibro-Card');
  await expect(cards).toHaveCount(2);
  await expect(cards.nth(0)).toContainText('as of');
  await expect(cards.nth(1)).toHaveAttribute('data-status', 'COMPLETED');
  const timeline = page.locator('.jp-Aibro-Timeline');
  await timeline.scrollIntoViewIfNeeded();
  await expect(timeline.locator('.funnellayer .point path')).not.toHaveCount(0);
}

/** Record the routes of AIbro's that the page requests from now on. */
function routesOf(page: IJupyterLabPageFixture): string[] {
  const routes: string[] = [];
  page.on('request', request => {
    const [, route] = request.url().split('/aibro/api/');
    if (route) {
      routes.push(route.split('?')[0]);
    }
  });
  return routes;
}

testWithServer({
  args: ['--ServerApp.jpserver_extensions={"aibro": False}']
})(
  'without its server part AIbro says what to do, and shows what was saved',
  async ({ page, tmpPath }) => {
    const [routes, failures] = [routesOf(page), failuresOf(page)];
    await page.reload();
    await execute(page, 'aibro:show-panel');
    const alert = page.locator('#jp-aibro-jobs').getByRole('alert');
    await expect(alert).toContainText('AIbro is not running on this server');
    await expect(alert).toContainText('jupyter server extension enable aibro');
    await openSaved(page, tmpPath);
    await expectSnapshots(page);
    await expect(page.locator('.Toastify__toast')).toHaveCount(0);
    // AIbro was asked for at the start and when the socket opened, and not again.
    expect(new Set(routes)).toEqual(new Set(['info']));
    expect(routes.length).toBeLessThanOrEqual(2);
    expect(failures).toEqual([]);

    const answered = page.waitForResponse(INFO);
    await alert.getByRole('button', { name: 'Retry' }).click();
    expect((await answered).status()).toBe(404);
    await expect(alert).toBeVisible();
  }
);

for (const [which, step, title, remedy] of [
  ['an older', -1, 'older', 'Restart the server'],
  ['a newer', 1, 'This page is older than the server', 'reload the page']
] as const) {
  test(`with ${which} server part AIbro says so, asks for nothing, and shows what was saved`, async ({
    page,
    tmpPath
  }) => {
    // The real server part, but with another API version in its answer.
    let isOther = true;
    await page.route(INFO, async route => {
      const response = await route.fetch();
      const info = (await response.json()) as { api: number };
      const api = isOther ? info.api + step : info.api;
      await route.fulfill({ response, json: { ...info, api } });
    });
    const [routes, failures] = [routesOf(page), failuresOf(page)];
    await page.reload();
    await execute(page, 'aibro:show-panel');
    const panel = page.locator('#jp-aibro-jobs');
    const alert = panel.getByRole('alert');
    await expect(alert).toContainText(title);
    await expect(alert).toContainText(remedy);
    await openSaved(page, tmpPath);
    await expectSnapshots(page);
    await expect(page.locator('.Toastify__toast')).toHaveCount(0);
    expect(routes.filter(route => route !== 'info')).toEqual([]);
    expect(failures).toEqual([]);

    isOther = false;
    await alert.getByRole('button', { name: 'Retry' }).click();
    await expect(alert).toHaveCount(0);
    await expect(panel.getByRole('searchbox')).toBeVisible();
  });
}
