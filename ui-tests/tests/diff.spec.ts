/* Comparisons of two jobs' timelines, in outputs and on a page, checked against real timelines. */
import { expect, test } from '../fixtures/test';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';

import { completed } from '../../jest/timelines';
import { TIMELINE_MIME } from '../../src/api/_models';
import type { Timeline, TimelineDiff } from '../../src/api/_models';
import { execute } from '../fixtures/commands';
import { sampleJobs } from '../fixtures/jobs';
import {
  display,
  liveNotebook,
  openWithKernel,
  openWithoutKernel,
  upload
} from '../fixtures/notebook';

const NOTEBOOK = 'diff.ipynb';

/** The seconds that a table cell stands for: `41 ms`, `+3.02 s`, `2 min 05 s`, `none`. */
function seconds(text: string): number {
  if (text === 'none' || text.includes('<1')) {
    return 0;
  }
  const sign = text.startsWith('\u2212') ? -1 : 1;
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, min: 60 };
  const parts = [...text.matchAll(/([\d.]+) (ms|s|min)/g)];
  return (
    sign * parts.reduce((sum, [, value, unit]) => sum + +value * units[unit], 0)
  );
}

async function timelineOf(
  page: IJupyterLabPageFixture,
  jobId: string
): Promise<Timeline> {
  const answer = await page.request.get(`aibro/api/jobs/${jobId}/timeline`);
  return (await answer.json()) as Timeline;
}

/** The duration of a period, or of the whole job, according to a timeline. */
function took({ ended_at, created_at, periods }: Timeline, name: string) {
  return name === 'In all'
    ? (ended_at ?? NaN) - created_at
    : periods
        .filter(period => period.name === name)
        .reduce((sum, { start, end }) => sum + (end ?? NaN) - start, 0);
}

/** Check every number in a comparison against the two timelines. */
async function checkNumbers(
  diff: Locator,
  first: Timeline,
  second: Timeline
): Promise<void> {
  const rows = await diff
    .getByRole('table')
    .getByRole('row')
    .evaluateAll(found =>
      found
        .map(row =>
          [...row.querySelectorAll('th, td')].map(cell => cell.textContent)
        )
        .slice(1)
    );
  const names = rows.map(([name]) => name).filter(name => name !== 'Idle');
  expect(names[0]).toBe('In all');
  expect(new Set(names.slice(1))).toEqual(
    new Set([...first.periods, ...second.periods].map(({ name }) => name))
  );
  for (const [name, one, other, difference] of rows) {
    if (name === 'Idle') {
      continue;
    }
    const [a, b] = [took(first, name), took(second, name)];
    const near = (value: number) => 0.006 + 0.006 * Math.abs(value);
    expect(Math.abs(seconds(one) - a), name).toBeLessThan(near(a));
    expect(Math.abs(seconds(other) - b), name).toBeLessThan(near(b));
    expect(Math.abs(seconds(difference) - (b - a)), name).toBeLessThan(
      near(b - a)
    );
  }
}

/** The sentence that is expected for two completed jobs. */
function wordsFor(first: Timeline, second: Timeline): RegExp {
  const isNew = ({ periods }: Timeline) =>
    periods.some(({ name }) => name === 'Env Gear up');
  const more = took(second, 'In all') - took(first, 'In all');
  if (Math.abs(more) < 0.02 * took(first, 'In all')) {
    return /^(Both took|The second job took|On the)/;
  }
  if (isNew(first) !== isNew(second)) {
    return more > 0
      ? /^On the new instance .+ more were taken: |^The second job took .+ more/
      : /^On the cooling instance .+ were saved: |^The second job took .+ less/;
  }
  return more > 0
    ? /^The second job took .+ more/
    : /^The second job took .+ less/;
}

test('two jobs are compared period by period, in both orders and with a replay', async ({
  page,
  tmpPath
}) => {
  const { completed: cold, failed, replay, warm } = await sampleJobs(page);
  const pairs = [
    [cold, warm],
    [warm, cold],
    [cold, replay],
    [cold, failed]
  ] as const;
  await upload(page, `${tmpPath}/${NOTEBOOK}`, [
    {
      source: [
        'import aibro',
        ...pairs.map(
          ids => `aibro.Job.compare_timelines(*${JSON.stringify(ids)})`
        ),
        `aibro.Job.compare_timelines("${cold}", "${cold}")`
      ].join('\n')
    }
  ]);
  await openWithKernel(page, `${tmpPath}/${NOTEBOOK}`);
  await execute(page, 'notebook:run-cell');

  const outputs = page.locator('.jp-OutputArea-output');
  const diffs = outputs.locator('.jp-Aibro-Diff');
  await expect(diffs).toHaveCount(pairs.length);
  for (const [index, ids] of pairs.entries()) {
    const diff = diffs.nth(index);
    await diff.scrollIntoViewIfNeeded();
    const [first, second] = await Promise.all(
      ids.map(id => timelineOf(page, id))
    );
    await checkNumbers(diff, first, second);
    await expect(diff.locator('.jp-Aibro-Diff-sentence')).toHaveText(
      second.status === 'CANCELED'
        ? /^The first job took .+, the second was canceled after .+\.$/
        : wordsFor(first, second)
    );
    await expect(diff.getByRole('definition')).toContainText([
      first.description,
      second.description
    ]);
    await expect(diff.locator('.jp-Aibro-Timeline-chart')).toHaveAccessibleName(
      /period by period/
    );
  }
  await expect(outputs.last()).toContainText(
    `BadInput: Job ${cold} cannot be compared with itself; name two jobs.`
  );

  await test.step('and on a page of their own, which says the same', async () => {
    await execute(page, 'aibro:compare-timelines', {
      first: cold,
      second: warm
    });
    const sentence = page.locator(
      '.jp-MainAreaWidget .jp-Aibro-Diff .jp-Aibro-Diff-sentence'
    );
    const [said] = (await liveDiffs(page)).map(it => it.sentence);
    await expect(sentence.last()).toHaveText(said);
  });
});

test('a comparison with nothing in it, or with a job that waited, is drawn whole at 400 px', async ({
  page,
  tmpPath
}) => {
  const first = completed();
  const nothing: Timeline = {
    ...first,
    job_id: 'aa11bb22cc',
    description: 'waited <b>long</b> 🦉 שלום',
    periods: [],
    ended_at: first.created_at + 60
  };
  const diff: TimelineDiff = {
    first,
    second: nothing,
    sentence: 'The second job took 50.2 s more: Idle 1 min 00 s.'
  };
  await upload(page, `${tmpPath}/${NOTEBOOK}`, [
    {
      source: 'compare',
      outputs: [display({ [TIMELINE_MIME]: diff, 'text/plain': 'the text' })]
    }
  ]);
  await page.setViewportSize({ width: 720, height: 900 });
  await openWithoutKernel(page, `${tmpPath}/${NOTEBOOK}`);
  const shown = page.locator('.jp-OutputArea-output .jp-Aibro-Diff');
  const texts = shown.locator(
    '.jp-Aibro-Timeline-chart .jp-Aibro-chart-texts text'
  );
  await expect(texts.filter({ hasText: 'Idle' })).toBeVisible();
  await expect(shown.getByRole('definition').last()).toContainText(
    nothing.description
  );
  const misplaced = await shown.evaluate(node => {
    const bounds = node.getBoundingClientRect();
    return [...node.querySelectorAll('.jp-Aibro-chart-texts text')]
      .filter(text => text.textContent)
      .filter(text => {
        const { left, right } = text.getBoundingClientRect();
        return left < bounds.left || right > bounds.right;
      })
      .map(text => text.textContent);
  });
  expect(misplaced).toEqual([]);
  expect(
    await shown.evaluate(node => node.scrollWidth - node.clientWidth)
  ).toBe(0);
});

/** The comparisons in the open notebook's outputs. */
async function liveDiffs(
  page: IJupyterLabPageFixture
): Promise<readonly TimelineDiff[]> {
  await page.notebook.activate(NOTEBOOK);
  const { cells } = await liveNotebook(page);
  return cells
    .flatMap(cell => cell.outputs)
    .map(({ data }) => data?.[TIMELINE_MIME])
    .filter((it): it is TimelineDiff => it !== undefined);
}
