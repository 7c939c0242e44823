/** The chart of a metric, recorded and replayed. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Annotation, ScatterData, Shape } from 'plotly.js';
import type { ICanvas } from '../../chart/canvas';
import type { IDrawing, IFigure } from '../../chart/chart';
import { commonLayout } from '../../chart/layout';
import { valueWords } from './series';
import type { IPoint, ISeries } from './series';
import { STROKES } from './strokes';

const HEIGHT = 280;
/** The width that an epoch number needs on the axis, in px. */
const TICK = 48;
/** With more epochs than this, markers would only hide the lines. */
const MAX_DOTS = 60;

/** Input of the chart. */
export interface IMetricsChart {
  readonly series: ISeries;
  /** The total number of epochs, so that the axis covers all of them from the start. */
  readonly epochs: number;
  readonly trans: TranslationBundle;
}

/** The drawing of a metric for a chart. */
export function metricsDrawing(chart: IMetricsChart): IDrawing {
  return {
    height: () => HEIGHT,
    figure: canvas => metricsFigure(chart, canvas)
  };
}

/** The plotly figure: a line for each job, and a mark at the first epoch that differs. */
export function metricsFigure(
  { series, epochs, trans }: IMetricsChart,
  canvas: ICanvas
): IFigure {
  const last = Math.max(epochs, series.points.at(-1)?.epoch ?? 1);
  const { differsFrom } = series;
  const lines = [
    lineOf('recorded', trans.__('recorded'), series, last, canvas),
    lineOf('replayed', trans.__('replayed'), series, last, canvas)
  ];
  const axis = {
    fixedrange: true,
    zeroline: false,
    gridcolor: canvas.grid,
    linecolor: canvas.border,
    tickfont: { color: canvas.mutedText }
  };
  return {
    data: lines,
    layout: {
      ...commonLayout(HEIGHT, canvas),
      margin: { l: 16, r: 12, t: 22, b: 16 },
      hovermode: 'x unified',
      shapes: differsFrom === null ? [] : [markAt(differsFrom, canvas)],
      annotations:
        differsFrom === null
          ? []
          : [
              noteAt(
                differsFrom,
                trans.__('differs from epoch %1', differsFrom),
                2 * differsFrom > last,
                canvas
              )
            ],
      xaxis: {
        ...axis,
        automargin: true,
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
      yaxis: { ...axis, automargin: true, nticks: 6 }
    }
  };
}

function lineOf(
  job: 'recorded' | 'replayed',
  name: string,
  { points }: ISeries,
  last: number,
  canvas: ICanvas
): Partial<ScatterData> {
  const own = points.filter(point => point[job] !== undefined);
  const { width, dash } = STROKES[job];
  const color = STROKES[job].color ?? canvas.text;
  return {
    type: 'scatter',
    // The markers make a single epoch visible, which has no line.
    mode: last <= MAX_DOTS ? 'lines+markers' : 'lines',
    name,
    x: own.map(({ epoch }) => epoch),
    y: own.map(point => point[job] ?? null),
    // All digits, because the two jobs may differ only in the last one.
    text: own.map(point => valueWords(point[job])),
    hovertemplate: `${name} %{text}<extra></extra>`,
    line: { color, width, dash },
    marker: {
      color,
      size: job === 'recorded' ? 11 : 6,
      symbol: job === 'recorded' ? 'circle' : 'diamond'
    },
    connectgaps: false
  };
}

/** A vertical line at an epoch. */
function markAt(epoch: number, canvas: ICanvas): Partial<Shape> {
  return {
    type: 'line',
    x0: epoch,
    x1: epoch,
    yref: 'paper',
    y0: 0,
    y1: 1,
    layer: 'below',
    line: { color: canvas.mutedText, width: 1, dash: 'dot' }
  };
}

function noteAt(
  epoch: number,
  text: string,
  toTheLeft: boolean,
  canvas: ICanvas
): Annotation {
  return {
    text,
    x: epoch,
    yref: 'paper',
    y: 1,
    xanchor: toTheLeft ? 'right' : 'left',
    yanchor: 'bottom',
    showarrow: false,
    font: { color: canvas.mutedText }
  };
}

/** The distance between two labels on the axis, in epochs: 1, 2, 5, 10, 20, ... */
export function tickStep(epochs: number, width: number): number {
  const least = epochs / Math.max(1, Math.floor(width / TICK));
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  const step = [1, 2, 5, 10].find(factor => factor * power >= least) ?? 10;
  return step * power;
}

/** The text alternative of the chart, for screen readers. */
export function chartWords(
  { metric, points, differsFrom }: ISeries,
  trans: TranslationBundle
): string {
  const both = points.filter(isInBoth).length;
  if (both === 0) {
    return trans.__('Chart of %1 over the epochs.', metric);
  }
  return differsFrom === null
    ? trans._n(
        'Chart of %2, recorded and replayed: the same in the %1 epoch that both have.',
        'Chart of %2, recorded and replayed: the same in all %1 epochs that both have.',
        both,
        metric
      )
    : trans.__(
        'Chart of %1, recorded and replayed: differs from epoch %2 on.',
        metric,
        differsFrom
      );
}

function isInBoth({ recorded, replayed }: IPoint): boolean {
  return recorded !== undefined && replayed !== undefined;
}
