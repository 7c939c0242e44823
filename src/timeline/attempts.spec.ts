import { nullTranslator } from '@jupyterlab/translation';
import type { BarData } from 'plotly.js';
import { boxes, canvas } from '../../jest/charts';
import { completed, period, retried, T0 } from '../../jest/timelines';
import type { Timeline } from '../api/_models';
import { languageOf } from '../format';
import { timelineDrawing } from './figure';
import type { ChartKind } from './figure';
import { readTimeline } from './reading';

const language = languageOf(nullTranslator);

function draw(timeline: Timeline, width = 800, kind: ChartKind = 'time-axis') {
  const reading = readTimeline(timeline, T0);
  const drawing = timelineDrawing(kind, reading, language);
  const { data, layout, texts = [] } = drawing.figure(canvas(width));
  return { lines: data[0] as BarData, layout, texts };
}

describe('the attempts of a job', () => {
  it('shows where one attempt ends and the next begins, with a label beside the line', () => {
    const { layout, texts } = draw(retried());
    const [line] = (layout.shapes ?? []).filter(({ type }) => type === 'line');
    expect(line.x0).toBeCloseTo(7.6);
    expect(line.x1).toBe(line.x0);
    const labels = boxes(texts.slice(0, 2));
    expect(labels.map(({ text }) => text)).toEqual(['attempt 2', 'attempt 1']);
    const { l = 0, r = 0, t } = layout.margin ?? {};
    const place = l + ((800 - l - r) * (7.6 + 0.16)) / (16 * 1.02);
    expect(labels[0].left - place).toBeCloseTo(4);
    expect(labels[0].y).toBeLessThan(t ?? 0);
  });

  it.each([280, 400, 800])(
    'keeps the labels of many attempts apart at %d px',
    width => {
      const periods = [1, 2, 3, 4, 5, 6, 7, 8].map(attempt =>
        period('Env Gear up', attempt ** 2, attempt ** 2 + 1, attempt)
      );
      const { texts } = draw(completed({ periods, ended_at: T0 + 65 }), width);
      const labels = boxes(texts.filter(({ y }) => y < 20)).reverse();
      expect(labels.length).toBeGreaterThan(1);
      labels.slice(1).forEach(({ left }, index) => {
        expect(left).toBeGreaterThan(labels[index].right);
      });
      expect(labels.at(-1)?.right).toBeLessThanOrEqual(width);
    }
  );

  it('has no room for attempts where there is but one', () => {
    const { layout } = draw(completed());
    expect(layout.margin?.t).toBe(0);
    expect(layout.shapes?.every(({ type }) => type === 'rect')).toBe(true);
  });

  it('tells what of a period happened in which attempt', () => {
    const texts = draw(retried()).lines.hovertext as string[];
    expect(texts[0]).toContain('<br>attempt 1<br>');
    const fit = texts.find(text => text.startsWith('<b>Model Training'));
    expect(fit).toContain('<br>attempt 1: 3.50 s<br>attempt 2: 4.70 s<br>8.20');
  });

  it.each(['funnel', 'pie'] as const)('are told by a %s too', kind => {
    const texts = draw(retried(), 800, kind).lines.hovertext as string[];
    expect(texts.join()).toContain('attempt 1: 3.50 s<br>attempt 2: 4.70 s');
  });
});
