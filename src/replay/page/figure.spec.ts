import { nullTranslator } from '@jupyterlab/translation';
import type { ScatterData } from 'plotly.js';
import { canvas } from '../../../jest/charts';
import { makeEpoch } from '../../../jest/recordings';
import { chartWords, metricsFigure, tickStep } from './figure';
import { seriesOf } from './series';

const trans = nullTranslator.load('jupyterlab_aibro');
const CANVAS = canvas(600);

const epochs = [0.5, 0.25, null].map((loss, index) =>
  makeEpoch(index + 1, { loss })
);

function draw(replayed: typeof epochs, total = 3) {
  const series = seriesOf('loss', epochs, replayed);
  const { data, layout } = metricsFigure(
    { series, epochs: total, trans },
    CANVAS
  );
  return { lines: data as Partial<ScatterData>[], layout, series };
}

describe('the chart of a metric', () => {
  it('draws one line each, told apart where both are the same', () => {
    const [recorded, replayed] = draw(epochs).lines;
    expect([recorded.name, replayed.name]).toEqual(['recorded', 'replayed']);
    expect(recorded.x).toEqual(replayed.x);
    expect(recorded.y).toEqual([0.5, 0.25, null]);
    expect(recorded.line?.dash).toBe('solid');
    expect(replayed.line?.dash).toBe('dash');
    expect(replayed.line?.width).toBeLessThan(recorded.line?.width ?? 0);
    expect(replayed.line?.color).toBe(CANVAS.text);
  });

  it('names every digit when it is pointed at', () => {
    const [, replayed] = draw([makeEpoch(1, { loss: 0.1 + 0.2 })]).lines;
    expect(replayed.text).toEqual(['0.30000000000000004']);
    expect(draw(epochs).lines[0].text).toEqual(['0.5', '0.25', 'NaN']);
  });

  it('leaves out the epochs that a replay has not had', () => {
    const [, replayed] = draw([epochs[1]]).lines;
    expect(replayed.x).toEqual([2]);
  });

  it('has room for all epochs from the start, so that nothing moves', () => {
    expect(draw([], 40).layout.xaxis?.range).toEqual([0.5, 40.5]);
  });

  it('marks the first epoch that differs, and none when none does', () => {
    expect(draw(epochs).layout.shapes).toEqual([]);
    const other = [epochs[0], makeEpoch(2, { loss: 0.26 })];
    const { annotations, shapes } = draw(other).layout;
    expect(shapes).toMatchObject([{ type: 'line', x0: 2, x1: 2 }]);
    expect(annotations).toMatchObject([{ text: 'differs from epoch 2', x: 2 }]);
  });

  it.each([
    [1, 600, 1],
    [12, 600, 1],
    [13, 600, 2],
    [100, 600, 10],
    [1000, 600, 100],
    [30, 240, 10],
    [5, 10, 5]
  ])('of %d epochs in %d px has a number every %d', (count, width, step) => {
    expect(tickStep(count, width)).toBe(step);
  });
});

describe('the chart to those who cannot see it', () => {
  it.each([
    [epochs, 'the same in all 3 epochs that both have'],
    [epochs.slice(0, 1), 'the same in the 1 epoch that both have'],
    [[makeEpoch(1, { loss: 9 })], 'differs from epoch 1 on'],
    [[], 'Chart of loss over the epochs.']
  ])('is said in words', (replayed, words) => {
    expect(chartWords(draw(replayed).series, trans)).toContain(words);
  });
});
