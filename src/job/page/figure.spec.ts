import { nullTranslator } from '@jupyterlab/translation';
import type { ScatterData } from 'plotly.js';
import { canvas } from '../../../jest/charts';
import { makeEpoch } from '../../../jest/recordings';
import { hasUnloggable, metricsFigure } from './figure';
import type { IMetricsChart } from './figure';
import { lineStyles } from './lines';

const CANVAS = canvas(600);

const EPOCHS = [
  makeEpoch(1, { loss: 2, accuracy: 0 }),
  makeEpoch(2, { loss: null, accuracy: 0.5 }),
  makeEpoch(3, { loss: 0.5, accuracy: 0.9, late: 1 })
];

function draw(changes: Partial<IMetricsChart> = {}): {
  readonly lines: Partial<ScatterData>[];
  readonly layout: ReturnType<typeof metricsFigure>['layout'];
} {
  const { data, layout } = metricsFigure(
    {
      epochs: EPOCHS,
      shown: ['loss', 'late'],
      styles: lineStyles(['loss', 'accuracy', 'late']),
      scale: 'linear',
      last: 10,
      trans: nullTranslator.load('jupyterlab_aibro'),
      locale: 'en',
      ...changes
    },
    CANVAS
  );
  return { lines: data as Partial<ScatterData>[], layout };
}

describe('the chart of the metrics', () => {
  it('has a line for each metric that is shown, with a gap where it was NaN', () => {
    const [loss, late] = draw().lines;
    expect(loss.x).toEqual([1, 2, 3]);
    expect(loss.y).toEqual([2, null, 0.5]);
    expect(loss.connectgaps).toBe(false);
    expect(late.x).toEqual([3]);
  });

  it('shows from the start all the epochs that are to come', () => {
    expect(draw().layout.xaxis?.range).toEqual([0.5, 10.5]);
    expect(draw({ last: 1 }).layout.xaxis?.range).toEqual([0.5, 3.5]);
  });

  it('has the scale that was chosen', () => {
    expect(draw().layout.yaxis?.type).toBeUndefined();
    expect(draw({ scale: 'log' }).layout.yaxis?.type).toBe('log');
  });

  it('names 1, 2 and 5 of a few decades alone', () => {
    const wide = [makeEpoch(1, { loss: 1e-6 }), makeEpoch(2, { loss: 10 })];
    const shown = ['loss'];
    expect(draw({ scale: 'log', shown }).layout.yaxis?.dtick).toBe('D2');
    const { layout } = draw({ scale: 'log', shown, epochs: wide });
    expect(layout.yaxis?.dtick).toBeUndefined();
  });

  it('tells when a logarithmic scale has no place for a value that is shown', () => {
    expect(hasUnloggable(EPOCHS, ['loss', 'late'])).toBe(false);
    expect(hasUnloggable(EPOCHS, ['loss', 'accuracy'])).toBe(true);
  });
});
