import { expect, test } from '../fixtures/test';

import { completed, training } from '../../jest/timelines';
import { PERIODS, TIMELINE_MIME } from '../../src/api/_models';
import { execute } from '../fixtures/commands';
import { newestJob } from '../fixtures/jobs';
import { layoutKept } from '../fixtures/layout';
import {
  dataOf,
  openWithKernel,
  RELOAD,
  savedNotebook,
  upload
} from '../fixtures/notebook';
import { TimelineOutput } from '../fixtures/timelineOutput';

/** The longest a training may take on a busy machine. */
const TRAINED = { timeout: 300_000 };
const TEN_PERIODS = PERIODS.filter(name => name !== 'Request Launch');

test.describe('a saved timeline, with no kernel', () => {
  test('is drawn as a funnel and, on the switch, as a pie', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath);
    await expect(output.title).toHaveText(
      /digits, first try.*9\.80 s.*COMPLETED/
    );
    await expect(output.chart.locator('.funnellayer .point path')).toHaveCount(
      10
    );
    await expect(output.texts).toContainText([
      ...['Job Create', '41 ms', '<1 %'],
      ...['Instance Connect', '310 ms', '3 %']
    ]);
    await expect(output.button('Funnel')).toHaveAttribute(
      'aria-pressed',
      'true'
    );

    await output.button('Pie').click();
    await expect(output.chart.locator('.pielayer .slice')).toHaveCount(10);
    await expect(output.button('Pie')).toHaveAttribute('aria-pressed', 'true');
    expect(await output.misplaced()).toEqual([]);
    expect((await output.data())[TIMELINE_MIME]).toEqual(completed());
  });

  test('is a pie at once when it was asked for as one', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(completed({ char_type: 'pie' }), tmpPath);
    await expect(output.chart.locator('.pielayer .slice')).toHaveCount(10);
  });

  test('says what a line means when it is pointed at', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath);
    const bar = output.chart.locator('.funnellayer .point path').nth(5);
    await bar.hover({ force: true });
    await expect(output.chart.locator('.hovertext')).toContainText(
      /M&D Transfer.*00\.400.* – .*00\.412.*12 ms · <1 % of the wall time/
    );
  });

  test('can be read as a table, which screen readers always have', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath);
    await expect(output.chart).toHaveRole('img');
    await expect(output.chart).toHaveAccessibleName(
      /Funnel of digits, first try: 9\.80 s, COMPLETED\. Longest period: Model Training/
    );
    await expect(output.table.getByRole('rowheader')).toHaveText(TEN_PERIODS);
    await expect.poll(() => output.tableWidth()).toBeLessThan(5);

    await output.button('Show as table').click();
    await expect.poll(() => output.tableWidth()).toBeGreaterThan(300);
    await expect(
      output.table.getByRole('row', { name: /Model Training/ })
    ).toContainText(/6\.10 s\s*62 %/);
    await output.button('Hide table').click();
    await expect.poll(() => output.tableWidth()).toBeLessThan(5);
  });

  test('is a table when plotly.js cannot be loaded', async ({
    page,
    tmpPath
  }) => {
    await page.route(/\/static\/plotly\.[^/]*\.js/, route => route.abort());
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath, output.table);
    await expect(output.root.getByRole('status')).toHaveText(
      /The chart could not be drawn/
    );
    await expect.poll(() => output.tableWidth()).toBeGreaterThan(300);
    await expect(output.chart).toBeHidden();
  });

  test('is worked with the keyboard, which the notebook does not take away', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath);
    await output.button('Funnel').focus();
    await page.keyboard.press('Tab');
    await expect(output.button('Pie')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(output.button('Pie')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('Tab');
    await expect(output.button('Time axis')).toBeFocused();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await expect(output.button('Hide table')).toBeFocused();
    await expect(page.locator('.jp-Notebook.jp-mod-editMode')).toHaveCount(0);
  });

  for (const chart of ['Funnel', 'Pie']) {
    test(`as a ${chart} has its texts inside and apart at 400 px`, async ({
      page,
      tmpPath
    }) => {
      const output = new TimelineOutput(page);
      await page.sidebar.close('left');
      await page.setViewportSize({ width: 560, height: 800 });
      await output.open(completed(), tmpPath);
      const width = () => output.chart.evaluate(node => node.clientWidth);
      const { width: whole = 0 } = page.viewportSize() ?? {};
      await page.setViewportSize({
        width: whole + 400 - (await width()),
        height: 800
      });
      await expect.poll(width).toBe(400);
      await output.button(chart).click();
      await expect(output.svg).toHaveAttribute('width', '400');
      await expect(
        output.texts.filter({ hasText: 'Result Transfer' })
      ).toBeVisible();
      await expect.poll(() => output.misplaced()).toEqual([]);
      const page400 = await output.root.evaluate(
        node => node.scrollWidth - node.clientWidth
      );
      expect(page400).toBe(0);
    });
  }

  test('follows the theme', async ({ page, tmpPath }) => {
    const output = new TimelineOutput(page);
    await output.open(completed(), tmpPath);
    const ink = () =>
      output.texts.first().evaluate(node => {
        const [red] = getComputedStyle(node).fill.match(/\d+/g) ?? [];
        return Number(red);
      });
    expect(await ink()).toBeLessThan(80);
    await page.theme.setDarkTheme();
    await expect.poll(ink).toBeGreaterThan(180);
    await page.theme.setLightTheme();
    await expect.poll(ink).toBeLessThan(80);
  });

  test('of a job that is not here any more is shown with a note', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    await output.open(training(), tmpPath);
    await expect(output.root.getByRole('status')).toHaveText(
      /as of .*; the job is not here any more/
    );
    await expect(
      output.chart.locator('.barlayer .point path[style*="url"]')
    ).toHaveCount(1);
    expect((await output.data())[TIMELINE_MIME]).toEqual(training());
  });
});

// Serial, because the second test uses the first one's job.
test.describe.serial('a real job', () => {
  const TRAIN = `
import numpy as np, keras, aibro
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
class Pause(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        import time
        time.sleep(1)
job_id = aibro.Training.offline_fit(
    model=model, train_X=np.ones((64, 8), "float32"), train_Y=np.ones((64, 1), "float32"),
    epochs=8, batch_size=8, description="live", fit_kwargs={"callbacks": [Pause()]})
aibro.Job.plot_timeline(job_id)
`;

  test('grows while it runs, survives a reload, and leaves its end in the saved notebook', async ({
    page,
    tmpPath
  }) => {
    const output = new TimelineOutput(page);
    const path = `${tmpPath}/live.ipynb`;
    await upload(page, path, [{ source: TRAIN }]);
    await openWithKernel(page, path);
    // Not Galata's own method, which waits for at most 15 s.
    await execute(page, 'notebook:run-cell');
    await expect(output.title).toContainText('live');
    await expect(output.title).toContainText('TRAINING', TRAINED);
    await page.notebook.save();

    const seconds = async () =>
      parseFloat(
        await output.root.locator('.jp-Aibro-Timeline-wall').innerText()
      );
    const before = await seconds();
    await expect.poll(seconds).toBeGreaterThan(before + 1);

    await page.reload(RELOAD);
    await expect(output.title).toContainText('COMPLETED', TRAINED);
    await expect
      .poll(async () => (await output.data())[TIMELINE_MIME])
      .toMatchObject({ status: 'COMPLETED' });
    await expect(page.locator('.lm-TabBar-tab.jp-mod-dirty')).toHaveCount(1);
    await page.notebook.save();

    const data = dataOf(await savedNotebook(page, path), TIMELINE_MIME);
    expect(data[TIMELINE_MIME]).toMatchObject({ status: 'COMPLETED' });
    for (const form of ['text/html', 'text/plain']) {
      expect(String(data[form])).toMatch(/live.*COMPLETED/);
      expect(String(data[form])).toContain('Result Transfer');
    }
    expect(JSON.stringify(data).length).toBeLessThan(8192);
  });

  test('has its timeline on a page of its own, which comes back after a reload', async ({
    page
  }) => {
    const jobId = await newestJob(page);
    const kept = layoutKept(page, `aibro-timeline:${jobId}`);
    await execute(page, 'aibro:show-timeline', { jobId });
    await execute(page, 'aibro:show-timeline', { jobId });
    const timeline = page.locator('.jp-Aibro-TimelinePage .jp-Aibro-Timeline');
    await expect(timeline).toHaveCount(1);
    await expect(timeline.locator('.funnellayer .point path')).not.toHaveCount(
      0
    );
    await expect(page.getByRole('tab', { name: 'live' })).toBeVisible();

    await kept;
    await page.reload(RELOAD);
    await expect(timeline.locator('.funnellayer .point path')).not.toHaveCount(
      0
    );
  });
});
