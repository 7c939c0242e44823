/*
 * Screenshots, compared with the pictures in the folder beside this file, in light and dark. After
 * a change of the design run `npx playwright test --config ui-tests/playwright.config.ts pictures
 * --update-snapshots`, then look at every new picture before committing it.
 */
import { expect } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { completedCard, trainingCard } from '../../jest/cards';
import { completed, warm } from '../../jest/timelines';
import { JOB_MIME, TIMELINE_MIME } from '../../src/api/_models';
import { begin, execute } from '../fixtures/commands';
import { sampleJobs } from '../fixtures/jobs';
import { display, openWithoutKernel, upload } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';
import { ReplayDialog } from '../fixtures/replayDialog';
import { testWithServer } from '../fixtures/server';
import { maskNumbers, putOwnFont } from '../fixtures/stillLife';

const test = testWithServer();

const FAILED = completedCard({
  job_id: 'bad0123456',
  description: 'bad learning rate',
  status: 'CANCELED',
  substatus: 'CANCELED',
  epoch: 2,
  reason: 'ValueError: The loss is not a number any more',
  reason_kind: 'training-error'
});

/** The outputs of the saved notebook, by the names of their pictures. */
const OUTPUTS = {
  'timeline-funnel': { [TIMELINE_MIME]: completed() },
  'timeline-pie': { [TIMELINE_MIME]: completed({ char_type: 'pie' }) },
  'timeline-time-axis': { [TIMELINE_MIME]: completed() },
  diff: {
    [TIMELINE_MIME]: {
      first: completed(),
      second: warm(),
      sentence: 'The second job took 3.4 s less.'
    }
  },
  'card-training': { [JOB_MIME]: trainingCard() },
  'card-completed': { [JOB_MIME]: completedCard() },
  'card-failed': { [JOB_MIME]: FAILED }
};

async function compare(target: Locator, name: string): Promise<void> {
  await expect(target).toHaveScreenshot(`${name}.png`, {
    animations: 'disabled',
    caret: 'hide',
    maxDiffPixelRatio: 0.01
  });
}

async function chooseTheme(
  page: IJupyterLabPageFixture,
  theme: 'light' | 'dark'
): Promise<void> {
  await (theme === 'dark'
    ? page.theme.setDarkTheme()
    : page.theme.setLightTheme());
}

for (const theme of ['light', 'dark'] as const) {
  test(`a saved notebook looks as it did, in ${theme}`, async ({
    page,
    tmpPath
  }) => {
    await chooseTheme(page, theme);
    await putOwnFont(page);
    const path = `${tmpPath}/pictures.ipynb`;
    const cells = Object.entries(OUTPUTS).map(([source, data]) => ({
      source: `# ${source}`,
      outputs: [display({ ...data, 'text/plain': source })]
    }));
    await upload(page, path, cells);
    await openWithoutKernel(page, path);
    for (const name of Object.keys(OUTPUTS)) {
      const cell = page
        .locator('.jp-CodeCell')
        .filter({ hasText: `# ${name}` });
      const output = cell.locator(
        '.jp-Aibro-Timeline, .jp-Aibro-Diff, .jp-Aibro-Card'
      );
      await cell.scrollIntoViewIfNeeded();
      await expect(output).toBeVisible();
      if (!name.startsWith('card')) {
        await expect(output.locator('svg.main-svg').first()).toBeVisible();
      }
      if (name === 'timeline-time-axis') {
        await output.getByRole('button', { name: 'Time axis' }).click();
      }
      await compare(output, `${name}-${theme}`);
    }
  });

  test(`the panel, the dialog and the pages look as they did, in ${theme}`, async ({
    page
  }) => {
    const { completed: jobId, replay, failed } = await sampleJobs(page);
    await chooseTheme(page, theme);
    await putOwnFont(page);
    const panel = new Panel(page);
    await panel.open();
    await expect(panel.row(replay)).toContainText('IDENTICAL');
    // Its time left keeps changing, so wait until the instance is gone.
    await expect(panel.root.locator('.jp-Aibro-instance')).toHaveCount(0);
    await maskNumbers(panel.root);
    await compare(panel.root, `panel-${theme}`);

    // The test's own folder has a different name in each run, so use one with a fixed name.
    await page.contents.createDirectory('digits');
    await execute(page, 'filebrowser:go-to-path', { path: 'digits' });
    await begin(page, 'aibro:replay', { jobId });
    const dialog = new ReplayDialog(page);
    await expect(dialog.replay).toBeEnabled();
    const content = dialog.self.locator('.jp-Dialog-content');
    await maskNumbers(content);
    await compare(content, `dialog-${theme}`);
    await page.keyboard.press('Escape');

    await page.sidebar.close('left');
    await execute(page, 'aibro:open-job', { jobId: failed });
    const job = page.locator('.jp-Aibro-JobPage');
    await expect(job).toContainText('The loss is not a number any more');
    // It comes with the recording, after the rest.
    await expect(job).toContainText('parameters');
    await maskNumbers(job);
    await compare(job, `job-${theme}`);

    await execute(page, 'aibro:open-replay', { jobId: replay });
    const result = page.locator('.jp-Aibro-ReplayPage');
    await expect(result.locator('svg.main-svg').first()).toBeVisible();
    await maskNumbers(result);
    await compare(result, `replay-${theme}`);
  });
}
