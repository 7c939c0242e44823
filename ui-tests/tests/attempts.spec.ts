/* A job whose machine was taken away once: wherever it is shown, the attempt is shown too. */
import { expect, test } from '../fixtures/test';

import { THEMES, violations } from '../fixtures/axe';
import { execute } from '../fixtures/commands';
import { retriedJob } from '../fixtures/jobs';
import { openWithoutKernel, upload } from '../fixtures/notebook';
import { cardOf } from '../fixtures/outputs';
import { Panel } from '../fixtures/panel';

test('a second attempt shows in row, card, page and timeline', async ({
  page,
  tmpPath
}) => {
  const panel = new Panel(page);
  await panel.open();
  const jobId = await retriedJob(page);

  await test.step('the row', async () => {
    await expect(panel.row(jobId)).toContainText('COMPLETED');
    await expect(panel.row(jobId)).toContainText('attempt 2');
  });

  await test.step('the card', async () => {
    const path = `${tmpPath}/card.ipynb`;
    await upload(page, path, [
      { source: '', outputs: [await cardOf(page, jobId)] }
    ]);
    await openWithoutKernel(page, path);
    await expect(page.locator('.jp-Aibro-Card')).toContainText('attempt 2');
  });

  await test.step('the page', async () => {
    await execute(page, 'aibro:open-job', { jobId });
    const facts = page.locator('.jp-Aibro-JobPage-facts').first();
    await expect(facts).toContainText(/Attempt\s*2/);
  });

  await execute(page, 'aibro:show-timeline', { jobId });
  const timeline = page.locator('.jp-Aibro-TimelinePage .jp-Aibro-Timeline');

  await test.step('the title of its timeline', async () => {
    const title = timeline.locator('.jp-Aibro-Timeline-title');
    await expect(title).toContainText('attempt 2');
  });

  await test.step('the time axis, with a line where the second begins', async () => {
    await timeline.getByRole('button', { name: 'Time axis' }).click();
    const labels = timeline
      .locator('.jp-Aibro-chart-texts text')
      .filter({ hasText: 'attempt' });
    await expect(labels).toHaveText(['attempt 2', 'attempt 1']);
    const line = timeline.locator('.shapelayer path[d*="L"]:not([d*="Z"])');
    await expect(line).toHaveCount(1);
    const [at, label] = [
      await line.boundingBox(),
      await labels.first().boundingBox()
    ];
    expect((label?.x ?? 0) - (at?.x ?? 0)).toBeGreaterThan(0);
    expect((label?.x ?? 0) - (at?.x ?? 0)).toBeLessThan(10);
  });

  await test.step('the hover, with the part of each', async () => {
    const name = timeline
      .locator('.jp-Aibro-chart-texts text')
      .filter({ hasText: 'Model Training' });
    const chart = await timeline.locator('.nsewdrag').first().boundingBox();
    const row = await name.boundingBox();
    await page.mouse.move(
      (chart?.x ?? 0) + (chart?.width ?? 0) / 2,
      (row?.y ?? 0) + (row?.height ?? 0) / 2
    );
    const hover = timeline.locator('.hoverlayer');
    await expect(hover).toContainText('attempt 1: 4.80 s');
    await expect(hover).toContainText('attempt 2: 5.00 s');
  });

  await test.step('the table, with a line for each', async () => {
    await timeline.getByRole('button', { name: 'Show as table' }).click();
    await expect(
      timeline.getByRole('row').filter({ hasText: 'Model Training' })
    ).toHaveText([/Training1.*4\.80 s/, /Training2.*5\.00 s/]);
  });

  for (const [theme, rules] of THEMES) {
    await page.theme.setTheme(theme);
    await test.step(`axe-core finds nothing: ${theme}`, async () => {
      for (const root of ['#jp-aibro-jobs', '.jp-Aibro-TimelinePage']) {
        const found = await violations(page, root, rules);
        expect.soft(found, found.join('\n')).toEqual([]);
      }
    });
  }
});
