/*
 * Accessibility of all of AIbro, tested with real jobs: for low vision, colour blindness, use
 * without a mouse, and screen readers.
 */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type axe from 'axe-core';

import { THEMES, violations } from '../fixtures/axe';
import { begin, execute } from '../fixtures/commands';
import { sampleJobs, submit } from '../fixtures/jobs';
import type { ISampleJobs } from '../fixtures/jobs';
import { openWithoutKernel, upload } from '../fixtures/notebook';
import { cardOf, timelineOf } from '../fixtures/outputs';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';

/** The longest the first job may take on a busy machine, in ms. */
const TRAINED = 300_000;

/** Options of a job that does not end before the test does. */
const ENDLESS = { epochs: 100_000, pause: 0.2 };

const API = '**/aibro/api/**';

/** Save a notebook with the cards of these jobs, and the timeline of the first one, in its output. */
async function saveOutputs(
  page: IJupyterLabPageFixture,
  path: string,
  jobIds: readonly string[]
): Promise<void> {
  const outputs = await Promise.all([
    ...jobIds.map(jobId => cardOf(page, jobId)),
    timelineOf(page, jobIds[0])
  ]);
  await upload(page, path, [{ source: 'aibro.Job.list()', outputs }]);
}

test('axe-core finds nothing in any theme', async ({ page, tmpPath }) => {
  const panel = new Panel(page);
  const jobs = await sampleJobs(page);
  const running = await submit(page, 'goes on and on', ENDLESS);
  const path = `${tmpPath}/outputs.ipynb`;
  await saveOutputs(page, path, [jobs.completed, jobs.failed, running]);
  await panel.open();
  await expect(panel.row(running).getByRole('progressbar')).toBeVisible({
    timeout: TRAINED
  });

  for (const [theme, rules] of THEMES) {
    await page.theme.setTheme(theme);
    await test.step(theme, () => look(page, rules, jobs, running, path));
  }
  await execute(page, 'aibro:cancel', { jobId: running });
  await expect(panel.row(running)).toContainText('CANCELED');
});

async function look(
  page: IJupyterLabPageFixture,
  rules: axe.RunOnly,
  jobs: ISampleJobs,
  running: string,
  path: string
): Promise<void> {
  const panel = new Panel(page);
  const dialog = new ReplayDialog(page);
  const main = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden)');

  const scan = (what: string, root: string) =>
    test.step(what, async () => {
      const found = await violations(page, root, rules);
      expect.soft(found, `${what}:\n${found.join('\n')}`).toEqual([]);
    });

  await scan('the panel', '#jp-aibro-jobs');
  await panel.row(jobs.failed).click();
  await panel.row(jobs.completed).click({ modifiers: ['Shift'] });
  await scan('several rows selected', '#jp-aibro-jobs');
  await panel.search.fill('no job has this name');
  await expect(panel.root).toContainText('No job matches.');
  await scan('no job matches', '#jp-aibro-jobs');
  await panel.root.getByRole('button', { name: 'Show all jobs' }).click();
  await scan('the status bar', '.jp-Aibro-statusItem');

  await openWithoutKernel(page, path);
  const cards = page.locator('.jp-Aibro-JobCard');
  await expect(cards).toHaveCount(3);
  await scan('the cards', '.jp-Notebook .jp-Aibro-JobCard');
  const timeline = page.locator('.jp-Notebook .jp-Aibro-Timeline');
  for (const view of ['Funnel', 'Pie', 'Time axis']) {
    await timeline.getByRole('button', { name: view }).click();
    await expect(timeline.locator('svg.main-svg').first()).toBeVisible();
    await scan(view, '.jp-Notebook .jp-Aibro-Timeline');
  }
  await timeline.getByRole('button', { name: 'Show as table' }).click();
  await scan('the table', '.jp-Notebook .jp-Aibro-Timeline');
  await timeline.getByRole('button', { name: 'Hide table' }).click();

  await execute(page, 'aibro:compare-timelines', {
    first: jobs.completed,
    second: jobs.warm
  });
  await expect(
    main.locator('.jp-Aibro-Diff svg.main-svg').first()
  ).toBeVisible();
  await scan('two timelines', '.jp-MainAreaWidget .jp-Aibro-Diff');

  const open = async (jobId: string, tab: string) => {
    await execute(page, 'aibro:open-job', { jobId });
    await main.getByRole('tab', { name: tab, exact: true }).click();
    const part = main.getByRole('tabpanel', { name: tab, exact: true });
    await expect(part).toBeVisible();
    return part;
  };
  const jobPage = '.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-Aibro-JobPage';
  await open(running, 'Overview');
  await scan('the page of a running job', jobPage);
  await open(jobs.failed, 'Overview');
  await expect(main.getByLabel('Traceback')).toBeVisible();
  await scan('the page of a failed job', jobPage);
  await open(jobs.replay, 'Recording');
  await expect(main.getByRole('group', { name: 'Verdict' })).toBeVisible();
  await scan('the verdict of a replay', jobPage);
  for (const tab of ['Overview', 'Timeline', 'Metrics', 'Log', 'Recording']) {
    const part = await open(jobs.completed, tab);
    if (tab === 'Timeline' || tab === 'Metrics') {
      await expect(part.locator('svg.main-svg').first()).toBeVisible();
    }
    const table = part.getByRole('button', { name: 'Show as table' });
    if (tab === 'Metrics' && (await table.isVisible())) {
      await table.click();
    }
    if (tab === 'Log') {
      await expect(part.getByRole('log')).toContainText('Epoch');
      await execute(page, 'aibro:show-log', { jobId: jobs.completed });
      await expect(main.getByRole('log')).toContainText('Epoch');
      await scan('the log', '.jp-MainAreaWidget .jp-Aibro-log');
      await open(jobs.completed, tab);
      await part.getByRole('log').press('Control+f');
      await part.getByRole('textbox').fill('Epoch');
      await expect(part.locator('mark').first()).toBeVisible();
    }
    await scan(`${tab} of a job`, jobPage);
  }

  await execute(page, 'aibro:open-replay', { jobId: jobs.replay });
  await expect(
    main.locator('.jp-Aibro-ReplayPage svg.main-svg').first()
  ).toBeVisible();
  await scan('the page of a replay', '.jp-Aibro-ReplayPage');

  await begin(page, 'aibro:replay', { jobId: jobs.completed });
  await expect(dialog.self).toContainText('Recorded: Keras');
  await scan('the dialog', '.jp-Aibro-Replay-dialog');
  await dialog.job.click();
  await expect(dialog.options).not.toHaveCount(0);
  await scan('the list of jobs in the dialog', '.jp-Aibro-Replay-dialog');
  await page.keyboard.press('Escape');
  await dialog.saving('checkpoints').folder.fill('not/there');
  await dialog.wait.fill('-1');
  await expect(dialog.self).toContainText('There is no folder');
  await scan('the dialog with errors', '.jp-Aibro-Replay-dialog');
  await page.keyboard.press('Escape');
  await expect(dialog.self).toBeHidden();

  await execute(page, 'aibro:import-report', { path: 'film.txt' });
  const toast = page.locator('.Toastify__toast', { hasText: 'film.txt' });
  await expect(toast).toContainText('was not imported');
  await scan('a notification', '.Toastify__toast');
  await toast.getByRole('button', { name: 'Hide notification' }).click();

  await page.route(API, route => route.abort());
  await panel.wake();
  const alert = panel.root.getByRole('alert');
  await expect(alert).toContainText('AIbro is not available');
  await scan('the panel without its server', '#jp-aibro-jobs');
  await page.unroute(API);
  await panel.wake();
  await expect(alert).toHaveCount(0);
}

/** From now on, record everything that a screen reader would announce. */
async function listen(page: IJupyterLabPageFixture): Promise<void> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const isLive = (node: Node): boolean => {
      const element = node instanceof Element ? node : node.parentElement;
      const region = element?.closest(
        '[aria-live], [role=status], [role=alert]'
      );
      return (
        Boolean(region) &&
        region?.getAttribute('aria-live') !== 'off' &&
        Boolean(element?.checkVisibility())
      );
    };
    new MutationObserver(changes =>
      changes.forEach(({ addedNodes, target, type }) => {
        const changed = type === 'characterData' ? [target] : [...addedNodes];
        heard.push(
          ...changed
            .filter(isLive)
            .map(node => node.textContent ?? '')
            .filter(text => text)
        );
      })
    ).observe(document.body, {
      characterData: true,
      childList: true,
      subtree: true
    });
  });
}

function heard(page: IJupyterLabPageFixture): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test('a job is heard once, moves nothing and never takes the focus away', async ({
  page,
  tmpPath
}) => {
  const panel = new Panel(page);
  await panel.open();
  await listen(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const jobId = await submit(page, 'heard once', { ...ENDLESS, coolDown: 600 });
  const row = panel.row(jobId);
  const path = `${tmpPath}/heard.ipynb`;
  await saveOutputs(page, path, [jobId]);
  await openWithoutKernel(page, path);
  await expect(page.locator('.jp-Aibro-Card')).toBeVisible();
  await execute(page, 'aibro:open-job', { jobId });
  await expect(page.locator('.jp-Aibro-JobPage')).toBeVisible();
  await expect(row).toContainText(/[3-9]\/100000/, { timeout: TRAINED });

  await test.step('nothing of ours moves for those who want no motion', async () => {
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .map(({ effect }) => (effect as KeyframeEffect).target)
        .filter(target => target?.closest('[class*=jp-Aibro]'))
        .map(target => target?.className)
    );
    expect(moving).toEqual([]);
  });

  await test.step('what states and selection say is seen in the colours of the system', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await row.click();
    await row.focus();
    await page.keyboard.press('Home');
    await expect(row).toHaveCSS('border-left-width', '4px');
    await expect(row).toHaveCSS('outline-style', 'solid');
    const bar = row.getByRole('progressbar');
    await expect(bar).toHaveCSS('outline-style', 'solid');
    await expect(bar.locator('span')).toHaveCSS('forced-color-adjust', 'none');
    await page.emulateMedia({ forcedColors: 'none' });
  });

  await test.step('canceled with the keyboard, it keeps the focus', async () => {
    await row.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(row.getByRole('button', { name: 'Cancel Job' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(row).toContainText('CANCELED');
    await expect(row.getByRole('button', { name: 'Cancel Job' })).toHaveCount(
      0
    );
    await expect(row).toBeFocused();
  });

  await test.step('every status was heard once, and no epoch', async () => {
    await expect
      .poll(async () => (await heard(page)).join())
      .toContain('CANCELED');
    const told = (await heard(page)).filter(text =>
      text.includes('heard once')
    );
    expect(new Set(told).size).toBe(told.length);
    expect(told.filter(text => text.includes('CANCELED'))).toHaveLength(1);
    expect(told.filter(text => /epoch|batch/i.test(text))).toEqual([]);
  });

  await test.step('deleted with the keyboard, it leaves the focus in the panel', async () => {
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('button', { name: 'Delete' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(row).toBeFocused();
    await page.keyboard.press('Delete');
    await dialog.getByRole('button', { name: 'Delete' }).press('Enter');
    await expect(row).toHaveCount(0);
    await expect(panel.root.locator(':focus')).toHaveCount(1);
  });
});
