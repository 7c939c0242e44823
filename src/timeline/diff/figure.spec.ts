import { nullTranslator } from '@jupyterlab/translation';
import type { BarData } from 'plotly.js';
import { canvas } from '../../../jest/charts';
import { T0, completed, period, training } from '../../../jest/timelines';
import type { Timeline } from '../../api';
import { languageOf } from '../../format';
import { PERIOD_COLOURS } from '../colours';
import { diffDrawing } from './figure';
import { readDiff } from './reading';

const language = languageOf(nullTranslator);

/** JupyterLab's light theme has translucent text. */
const page = (width: number) => ({
  ...canvas(width),
  mutedText: 'rgba(0, 0, 0, 0.54)'
});

const WARM = completed({
  ended_at: T0 + 6.1,
  periods: [period('Model Training', 0, 6.1)]
});

function figureOf(first: Timeline, second: Timeline, width = 800, now = T0) {
  const reading = readDiff({ first, second, sentence: '' }, now);
  const drawing = diffDrawing(reading, language);
  const { data, layout, texts = [] } = drawing.figure(page(width));
  const [lines, one, other] = data as [BarData, BarData, BarData];
  return {
    lines,
    one,
    other,
    layout,
    texts,
    height: drawing.height(page(width))
  };
}

describe('two timelines in a chart', () => {
  it('have a bar each for every period that happened', () => {
    const { lines, one, other } = figureOf(completed(), WARM);
    expect(lines.x).toHaveLength(12);
    expect(one.x).toHaveLength(12);
    expect(other.x).toHaveLength(3);
    expect((other.x as number[])[1]).toBeCloseTo(6.1);
  });

  it('have the bars of a period together, the first above', () => {
    const { one, other, lines } = figureOf(completed(), completed());
    const middles = lines.y as number[];
    expect((one.y as number[]).every((y, i) => y < middles[i])).toBe(true);
    expect((other.y as number[]).every((y, i) => y > middles[i])).toBe(true);
  });

  it('have the colours of their periods, the first one faint', () => {
    const { one, other } = figureOf(completed(), completed());
    const colour = PERIOD_COLOURS['Job Create'];
    expect((one.marker?.color as string[]).slice(0, 2)).toEqual([
      'rgba(0, 0, 0, 0.2)',
      `${colour}40`
    ]);
    expect((other.marker?.color as string[])[1]).toBe(colour);
  });

  it('hatch what goes on', () => {
    const { one, other } = figureOf(completed(), training(), 800, T0 + 7.5);
    expect(one.marker?.pattern?.shape).not.toContain('/');
    const shapes = other.marker?.pattern?.shape as string[];
    expect(shapes[0]).toBe('/');
    expect(shapes.at(-2)).toBe('/');
    expect(shapes.filter(shape => shape)).toHaveLength(2);
  });

  it('tell both durations and the difference anywhere on a line', () => {
    const texts = figureOf(completed(), WARM).lines.hovertext as string[];
    expect(texts).toContain(
      '<b>Env Gear up</b><br>first: 3.02 s<br>second: did not happen<br>difference: \u22123.02 s'
    );
  });

  it('are as high as was said before they are drawn', () => {
    const { layout, height } = figureOf(completed(), WARM);
    expect(layout.height).toBe(height);
  });

  it('survive jobs that did nothing', () => {
    const none = training({ periods: [] });
    const range = figureOf(none, none).layout.xaxis?.range as number[];
    expect(range[1]).toBeGreaterThan(range[0]);
  });

  it.each([280, 400, 800])(
    'keep every text inside and apart at %d px',
    width => {
      const { layout, texts } = figureOf(completed(), WARM, width);
      const { l = 0, r = 0 } = layout.margin ?? {};
      expect(width - l - r).toBeGreaterThanOrEqual(60);
      const boxes = texts.map(({ lines, x, y, anchor }) => {
        const wide = 7 * Math.max(...lines.map(line => line.length));
        const left = anchor === 'end' ? x - wide : x;
        return { left, right: left + wide, y };
      });
      for (const box of boxes) {
        expect(box.left).toBeGreaterThanOrEqual(0);
        expect(box.right).toBeLessThanOrEqual(width);
        const crossed = boxes.filter(
          it =>
            it !== box &&
            it.y === box.y &&
            it.left < box.right &&
            it.right > box.left
        );
        expect(crossed).toEqual([]);
      }
    }
  );
});
