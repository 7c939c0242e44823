/** The chart of a job's metrics. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { ScatterData } from 'plotly.js';
import type { Epoch } from '../../api';
import type { ICanvas } from '../../chart/canvas';
import type { IDrawing, IFigure } from '../../chart/chart';
import { commonLayout } from '../../chart/layout';
import { formatExact, separatorsOf } from '../../format';
import { tickStep } from '../../replay/page/figure';
import type { ILineStyle } from './lines';

const HEIGHT = 320;
/** With more markers than this, they would only hide the line. */
const MAX_MARKS = 20;
const FEW_DECADES = 3;

/** The scale of the value axis. */
export type Scale = 'linear' | 'log';

/** Input of the metrics chart. */
export interface IMetricsChart {
  readonly epochs: readonly Epoch[];
  /** The names of the metrics to draw. */
  readonly shown: readonly string[];
  readonly styles: ReadonlyMap<string, ILineStyle>;
  readonly scale: Scale;
  /** The total number of epochs, so that the axis covers all of them from the start. */
  readonly last: number;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** The drawing of the metrics for a chart. */
export function metricsDrawing(chart: IMetricsChart): IDrawing {
  return {
    height: () => HEIGHT,
    figure: canvas => metricsFigure(chart, canvas)
  };
}

/** The plotly figure: one line per metric, over the epochs. */
export function metricsFigure(chart: IMetricsChart, canvas: ICanvas): IFigure {
  const { epochs, locale, scale, shown, trans } = chart;
  const last = Math.max(chart.last, epochs.at(-1)?.epoch ?? 1);
  const axis = {
    fixedrange: true,
    zeroline: false,
    gridcolor: canvas.grid,
    linecolor: canvas.border,
    tickfont: { color: canvas.mutedText },
    automargin: true
  };
  return {
    data: shown.map(name => lineOf(name, chart)),
    layout: {
      ...commonLayout(HEIGHT, canvas),
      separators: separatorsOf(locale),
      margin: { l: 16, r: 12, t: 12, b: 16 },
      hovermode: 'x unified',
      xaxis: {
        ...axis,
        showgrid: false,
        showline: true,
        ticks: 'outside',
        tickcolor: canvas.border,
        tick0: 0,
        dtick: tickStep(last, canvas.width),
        range: [0.5, last + 0.5],
        title: {
          text: trans.__('Epoch'),
          font: { color: canvas.mutedText, size: canvas.fontSize },
          standoff: 6
        },
        unifiedhovertitle: { text: trans.__('Epoch %1', '%{x}') }
      },
      yaxis:
        scale === 'log'
          ? { ...axis, type: scale, ...logTicks(chart) }
          : { ...axis, nticks: 6 }
    }
  };
}

/**
 * Over a few decades, label 1, 2 and 5 of each; over more, plotly.js chooses. Labels for all nine
 * digits would not fit.
 */
function logTicks({ epochs, shown }: IMetricsChart): { dtick?: 'D2' } {
  const sizes = epochs
    .flatMap(({ metrics }) => shown.map(name => metrics[name] ?? 0))
    .filter(value => value > 0)
    .map(Math.log10);
  const span = sizes.reduce(
    ([low, high], size) => [Math.min(low, size), Math.max(high, size)],
    [Infinity, -Infinity]
  );
  return span[1] - span[0] <= FEW_DECADES ? { dtick: 'D2' } : {};
}

function lineOf(
  name: string,
  { epochs, locale, styles }: IMetricsChart
): Partial<ScatterData> {
  const own = epochs.filter(({ metrics }) => name in metrics);
  const look = styles.get(name);
  return {
    type: 'scatter',
    // The markers make a single epoch visible, which has no line.
    mode: 'lines+markers',
    name,
    x: own.map(({ epoch }) => epoch),
    y: own.map(({ metrics }) => metrics[name]),
    text: own.map(({ metrics }) => formatExact(metrics[name], locale)),
    hovertemplate: '%{fullData.name} %{text}<extra></extra>',
    line: { color: look?.color, width: 2, dash: look?.dash },
    marker: {
      color: look?.color,
      size: 7,
      symbol: look?.shape,
      maxdisplayed: MAX_MARKS
    },
    connectgaps: false
  };
}

/** Whether there is a point to draw. A value that is not finite cannot be drawn. */
export function hasPoints({
  epochs,
  scale,
  shown
}: Pick<IMetricsChart, 'epochs' | 'scale' | 'shown'>): boolean {
  return epochs.some(({ metrics }) =>
    shown.some(name => {
      const value = metrics[name];
      return typeof value === 'number' && (scale === 'linear' || value > 0);
    })
  );
}

/** Whether a value cannot be drawn on a logarithmic axis. */
export function hasUnloggable(
  epochs: readonly Epoch[],
  shown: readonly string[]
): boolean {
  return epochs.some(({ metrics }) =>
    shown.some(name => {
      const value = metrics[name];
      return typeof value === 'number' && value <= 0;
    })
  );
}

/** The text alternative of the chart, for screen readers. */
export function chartWords(
  { epochs, shown }: Pick<IMetricsChart, 'epochs' | 'shown'>,
  trans: TranslationBundle
): string {
  const count = epochs.length;
  return trans._n(
    'Chart of %2 over %1 epoch.',
    'Chart of %2 over %1 epochs.',
    count,
    shown.join(', ')
  );
}
