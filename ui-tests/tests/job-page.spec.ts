import { expect, test } from '../fixtures/test';

import { execute } from '../fixtures/commands';
import { JobPage } from '../fixtures/jobPage';
import { sampleJobs, submit } from '../fixtures/jobs';
import { layoutKept } from '../fixtures/layout';
import { RELOAD } from '../fixtures/notebook';
import { Panel } from '../fixtures/panel';

test.describe("a job's page", () => {
  test('opens from the panel and shows all there is of the job', async ({
    page
  }) => {
    const { completed, failed, replay } = await sampleJobs(page);
    const panel = new Panel(page);
    const job = new JobPage(page);
    await panel.open();

    await test.step('a double click opens the overview', async () => {
      await panel.row(completed).dblclick();
      await expect(job.name).toHaveText('digits, first try');
      await expect(job.status).toHaveText('COMPLETED');
      const overview = await job.select('Overview');
      for (const words of [
        'Latest metrics',
        'val_loss',
        'local.od',
        '6 of 6'
      ]) {
        await expect(overview).toContainText(words);
      }
    });

    await test.step('the timeline has a chart and does not say the name again', async () => {
      const timeline = await job.select('Timeline');
      await expect(timeline.locator('svg.main-svg').first()).toBeVisible();
      await expect(
        timeline.locator('.jp-Aibro-Timeline-description')
      ).toBeHidden();
    });

    await test.step('the metrics are drawn as several lines, on either scale', async () => {
      const metrics = await job.select('Metrics');
      const lines = metrics.locator('.scatterlayer .trace');
      await expect(metrics.getByRole('checkbox')).toHaveCount(4);
      await metrics.getByRole('checkbox', { name: 'val_loss' }).check();
      await metrics
        .getByRole('checkbox', { name: 'loss', exact: true })
        .check();
      const shown = await lines.count();
      expect(shown).toBeGreaterThanOrEqual(2);
      await metrics.getByRole('checkbox', { name: 'val_loss' }).uncheck();
      await expect(lines).toHaveCount(shown - 1);
      await metrics
        .getByRole('combobox', { name: 'Scale' })
        .selectOption('Logarithmic');
      const axis = (): Promise<string> =>
        metrics
          .locator('.js-plotly-plot')
          .evaluate(
            plot =>
              (plot as unknown as { layout: { yaxis: { type: string } } })
                .layout.yaxis.type
          );
      await expect.poll(axis).toBe('log');
      await metrics.getByRole('button', { name: 'Show as table' }).click();
      await expect(metrics.getByRole('row')).toHaveCount(7);
    });

    await test.step('the log is at its end', async () => {
      const log = await job.select('Log');
      await expect(log.getByRole('log')).toContainText('Epoch 6/6');
    });

    await test.step('the recording says what a replay needs', async () => {
      const recording = await job.select('Recording');
      await expect(recording).toContainText(/Recorded: Keras \d/);
    });

    await test.step('Enter opens a second page, with the error and its place', async () => {
      await panel.row(failed).click();
      await page.keyboard.press('Enter');
      await expect(job.name).toHaveText('bad learning rate');
      await expect(job.status).toHaveText(/^CANCELED/);
      const reason = job.root.getByRole('region', { name: 'Reason' });
      await expect(reason).toContainText('The loss is not a number any more');
      await expect(reason).toContainText('on_epoch_end');
    });

    await test.step('the arrow keys lead from tab to tab', async () => {
      await job.tab('Overview').focus();
      await page.keyboard.press('ArrowRight');
      await expect(job.tab('Timeline')).toBeFocused();
      await expect(job.tab('Timeline')).toHaveAttribute(
        'aria-selected',
        'true'
      );
      await page.keyboard.press('End');
      await expect(job.tab('Recording')).toBeFocused();
    });

    await test.step('a replay has its verdict', async () => {
      await execute(page, 'aibro:open-job', { jobId: replay });
      const recording = await job.select('Recording');
      await expect(recording).toContainText('IDENTICAL');
      await recording
        .getByRole('button', { name: 'Open the recorded job' })
        .click();
      await expect(job.name).toHaveText('digits, first try');
    });

    await test.step('two pages side by side are both drawn', async () => {
      const kept = layoutKept(page, 'split-area');
      await page.evaluate(
        ([moved, beside]) => {
          const { shell } = window.jupyterapp;
          const widgets = [...shell.widgets('main')];
          const widget = widgets.find(({ id }) => id.endsWith(moved));
          const ref = widgets.find(({ id }) => id.endsWith(beside));
          if (widget && ref) {
            shell.add(widget, 'main', { mode: 'split-right', ref: ref.id });
          }
        },
        [failed, completed] as const
      );
      await expect(job.name).toHaveText([
        'digits, first try',
        'bad learning rate'
      ]);
      await kept;
    });

    await test.step('all come back after a reload, with the tabs that were shown', async () => {
      await page.reload(RELOAD);
      await expect(job.name).toHaveText([
        'digits, first try',
        'bad learning rate'
      ]);
      for (const tab of await job.tab('Recording').all()) {
        await expect(tab).toHaveAttribute('aria-selected', 'true');
      }
    });
  });

  test('is reached by its link, which says so when the job is deleted', async ({
    context,
    page
  }) => {
    const { warm } = await sampleJobs(page);
    const job = new JobPage(page);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await execute(page, 'aibro:open-job', { jobId: warm });
    await job.root.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain(`aibro-job=${warm}`);
    // Not Galata's `goto`: it waits for the launcher, which a job's page would hide.
    const follow = (address: string): Promise<void> =>
      page.evaluate(there => window.location.assign(there), address);
    await execute(page, 'application:close-all');
    await expect(job.root).toHaveCount(0);

    await follow(link);
    await expect(job.name).toHaveText('digits, wider net');
    await expect.poll(() => page.url()).not.toContain('aibro-job');

    await follow(link.replace(warm, '0123456789ab'));
    await expect(job.root.getByRole('alert')).toContainText('0123456789ab');
    await expect(job.root.getByRole('button', { name: 'Retry' })).toBeVisible();
  });

  test('follows a job that runs, and goes with a job that is deleted', async ({
    page
  }) => {
    const job = new JobPage(page);
    const jobId = await submit(page, 'looked at closely', {
      epochs: 10_000,
      pause: 0.02
    });
    await execute(page, 'aibro:open-job', { jobId });
    await expect(job.root.getByText('Safe to close')).toBeVisible();
    const overview = await job.select('Overview');
    const bar = overview.getByRole('progressbar');
    await expect(bar).toHaveAttribute(
      'aria-valuetext',
      /^Epoch [1-9]\d* of 10,000/,
      {
        timeout: 300_000
      }
    );
    const before = await bar.getAttribute('aria-valuetext');
    await expect(bar).not.toHaveAttribute('aria-valuetext', before ?? '');

    const metrics = await job.select('Metrics');
    await expect(metrics.locator('.scatterlayer .trace').first()).toBeVisible();

    await job.select('Overview');
    const remove = overview.getByRole('button', { name: 'Delete…' });
    await expect(remove).toHaveAttribute('aria-disabled', 'true');
    await overview.getByRole('button', { name: 'Cancel' }).click();
    await expect(job.status).toHaveText('CANCELED');
    // The reason appears above the buttons and moves them down; wait for that before clicking.
    await expect(overview.getByText('canceled by the user')).toBeVisible();
    await remove.click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('looked at closely');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(job.root).toHaveCount(0);
  });
});
