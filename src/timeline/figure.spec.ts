import { nullTranslator } from '@jupyterlab/translation';
import type { FunnelData, BarData, PieData } from 'plotly.js';
import { boxes, canvas } from '../../jest/charts';
import { completed, period, retried, training, T0 } from '../../jest/timelines';
import { PERIODS } from '../api/_models';
import type { Timeline } from '../api/_models';
import { languageOf } from '../format';
import { PERIOD_COLOURS } from './colours';
import { timelineDrawing } from './figure';
import { readTimeline } from './reading';

const language = languageOf(nullTranslator);

function funnelOf(timeline: Timeline, now = T0, width = 800) {
  const reading = readTimeline(timeline, now);
  const drawing = timelineDrawing('funnel', reading, language);
  const { data, layout, texts = [] } = drawing.figure(canvas(width));
  const [lines, closed, open] = data as [BarData, FunnelData, BarData];
  return { lines, closed, open, layout, texts };
}

function pieOf(timeline: Timeline, now = T0, width = 800) {
  const reading = readTimeline(timeline, now);
  const drawing = timelineDrawing('pie', reading, language);
  const { data, layout, texts = [] } = drawing.figure(canvas(width));
  return { slices: data[0] as PieData, layout, texts };
}

describe('the funnel', () => {
  it('has a bar for each period that happened, as long as it took', () => {
    const { closed } = funnelOf(completed());
    expect(closed.y).toEqual(PERIODS.filter(name => name !== 'Request Launch'));
    const durations = closed.x as number[];
    expect(durations.at(-3)).toBeCloseTo(6.1);
    expect(durations.at(5)).toBeCloseTo(0.0123);
  });

  it('names each period on its line, with duration and share of the wall time', () => {
    const texts = funnelOf(completed()).texts.flatMap(({ lines }) => lines);
    expect(texts.slice(-9)).toEqual([
      ...['Model Training', '6.10 s', '62 %'],
      ...['Result Serialization', '80 ms', '1 %'],
      ...['Result Transfer', '20 ms', '<1 %']
    ]);
  });

  it('draws the open period hatched, about the middle, and the others plain', () => {
    const { closed, open } = funnelOf(training(), T0 + 7.5);
    expect(closed.x).toContain(null);
    expect(open).toMatchObject({
      y: ['Model Training'],
      x: [4],
      base: [-2],
      marker: { pattern: { shape: '/' } }
    });
  });

  it('hatches nothing when the job ended', () => {
    const { closed, open } = funnelOf(completed());
    expect(open.x).toEqual([]);
    expect(closed.x).not.toContain(null);
  });

  it('tells start, end, duration and share anywhere on a line', () => {
    const { lines } = funnelOf(training(), T0 + 7.5);
    const texts = lines.hovertext as string[];
    expect(texts[0]).toMatch(
      /^<b>Job Create<\/b><br>.*00\.000.* – .*00\.041.*<br>41 ms · 1 % of the wall time$/
    );
    expect(texts.at(-1)).toMatch(
      /03\.500.* – now<br>4\.00 s · 53 % of the wall time$/
    );
  });

  it('survives a job that did nothing and a period that took no time', () => {
    expect(funnelOf(training({ periods: [] })).closed.x).toEqual([]);
    const { layout } = funnelOf(
      completed({ ended_at: T0, periods: [period('Job Create', 0, 0)] })
    );
    const range = (layout.xaxis?.range ?? []) as number[];
    expect(range.every(Number.isFinite)).toBe(true);
    expect(range[1]).toBeGreaterThan(range[0]);
  });

  it.each([280, 400, 800])(
    'keeps every text inside and apart at %d px',
    width => {
      const { texts } = funnelOf(completed(), T0, width);
      const found = boxes(texts);
      for (const box of found) {
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
        const after = found.filter(
          it => it !== box && it.y === box.y && it.left >= box.left
        );
        expect(after.filter(it => it.left < box.right)).toEqual([]);
      }
    }
  );

  it('breaks only the names that are too long, and only where it is tight', () => {
    const names = (width: number) =>
      funnelOf(completed(), T0, width).texts.map(({ lines }) => lines);
    expect(names(800)).toContainEqual(['API Transfer & Server Setup']);
    expect(names(300)).toContainEqual(['API Transfer', '& Server Setup']);
    expect(names(300)).toContainEqual(['Job Create']);
  });
});

describe('the pie', () => {
  it('has a slice for each period, in the order of the document', () => {
    const { slices } = pieOf(completed());
    expect(slices.labels).toEqual(
      PERIODS.filter(name => name !== 'Request Launch')
    );
    expect((slices.values as number[]).at(-3)).toBeCloseTo(6.1);
    expect(slices.sort).toBe(false);
  });

  it('gives a period the colour it has in the funnel', () => {
    const { slices } = pieOf(completed());
    expect(slices.marker?.colors).toEqual(
      funnelOf(completed()).closed.marker?.color
    );
    expect(slices.marker?.colors).toContain(PERIOD_COLOURS['Model Training']);
  });

  it('hatches the open slice alone', () => {
    const { slices } = pieOf(training(), T0 + 7.5);
    const shapes = slices.marker?.pattern?.shape as string[];
    expect(shapes.at(-1)).toBe('/');
    expect(shapes.slice(0, -1).join('')).toBe('');
  });

  it.each([320, 400, 800])(
    'keeps its list inside and clear of the circle at %d px',
    width => {
      const { slices, layout, texts } = pieOf(completed(), T0, width);
      const [x0, x1] = slices.domain?.x as number[];
      const [y0] = slices.domain?.y as number[];
      const circle = {
        left: x0 * width,
        right: x1 * width,
        bottom: (1 - y0) * (layout.height ?? 0)
      };
      for (const box of boxes(texts)) {
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
        expect(box.left >= circle.right || box.y >= circle.bottom).toBe(true);
      }
      expect(circle.left).toBeGreaterThanOrEqual(0);
      expect(circle.right).toBeLessThanOrEqual(width);
    }
  );
});

function axisOf(timeline: Timeline, now = T0, width = 800) {
  const reading = readTimeline(timeline, now);
  const drawing = timelineDrawing('time-axis', reading, language);
  const { data, layout, texts = [] } = drawing.figure(canvas(width));
  const [lines, closed, open] = data as [BarData, BarData, BarData];
  return { lines, closed, open, layout, texts };
}

describe('the time axis', () => {
  it('has each period where it happened, counted from the start', () => {
    const { closed } = axisOf(completed());
    const at = (closed.y as string[]).indexOf('Env Gear up');
    expect((closed.base as unknown as number[])[at]).toBeCloseTo(0.4);
    expect((closed.x as number[])[at]).toBeCloseTo(3.02);
  });

  it('shows the pieces of a period apart, in one line', () => {
    const { closed } = axisOf(
      completed({
        periods: [
          period('Instance Connect', 0, 1),
          period('Instance Connect', 3, 4)
        ]
      })
    );
    expect(closed.y).toEqual(['Instance Connect', 'Instance Connect']);
    expect(closed.base).toEqual([0, 3]);
    expect(closed.x).toEqual([1, 1]);
  });

  it('shades when no period went on', () => {
    const { layout } = axisOf(
      completed({
        ended_at: T0 + 10,
        periods: [period('Job Create', 0, 1), period('Env Gear up', 4, 10)]
      })
    );
    expect(layout.shapes).toMatchObject([{ x0: 1, x1: 4 }]);
  });

  it('hatches what goes on, up to now', () => {
    const { open } = axisOf(training(), T0 + 7.5);
    expect(open).toMatchObject({
      y: ['Model Training'],
      x: [4],
      base: [3.5],
      marker: { pattern: { shape: '/' } }
    });
  });

  it('has the colours of the funnel', () => {
    const { closed } = axisOf(completed());
    expect(closed.marker?.color).toEqual(
      funnelOf(completed()).closed.marker?.color
    );
  });

  it('tells the exact times and the time since the start anywhere on a line', () => {
    const texts = axisOf(completed()).lines.hovertext as string[];
    expect(texts[4]).toMatch(
      /^<b>M&D Serialization|<b>Env Gear up<\/b><br>.*00\.400.* – .*03\.420.*<br>from 400 ms to 3\.42 s after the start<br>3\.02 s/
    );
  });

  it('survives a job that did nothing', () => {
    const { layout } = axisOf(training({ periods: [] }));
    const range = (layout.xaxis?.range ?? []) as number[];
    expect(range[1]).toBeGreaterThan(range[0]);
  });

  it.each([280, 400, 800])(
    'keeps every text inside and apart, and room for the bars, at %d px',
    width => {
      const { layout, texts } = axisOf(completed(), T0, width);
      for (const box of boxes(texts)) {
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
      }
      const { l = 0, r = 0 } = layout.margin ?? {};
      expect(width - l - r).toBeGreaterThanOrEqual(80);
    }
  );
});

it.each(['funnel', 'pie', 'time-axis'] as const)(
  'the height of a %s is known before it is drawn',
  type => {
    for (const timeline of [completed(), retried()]) {
      const reading = readTimeline(timeline, T0);
      const drawing = timelineDrawing(type, reading, language);
      expect(drawing.figure(canvas(400)).layout.height).toBe(
        drawing.height(canvas(400))
      );
    }
  }
);

it('is the same figure for the same timeline', () => {
  expect(funnelOf(completed())).toEqual(funnelOf(completed()));
});
