import type { BarData, Layout, Shape } from 'plotly.js';
import type { ICanvas } from '../chart/canvas';
import { commonLayout } from '../chart/layout';
import type { IText } from '../chart/texts';
import { formatDuration } from '../format';
import type { ILanguage } from '../format';
import { attemptLabels } from './attempts';
import { PERIOD_COLOURS } from './colours';
import type { IAttempt, IReading, IRow } from './reading';
import { BAR, EDGE, hoverText, marginsOf, planLines, textLines } from './text';
import type { IPlan } from './text';
import { ticksOf } from './ticks';

/** Shares leave their column when the bars would have less room, in px. */
const MIN_BARS = 150;
/** For the labels of the axis, in px. */
const AXIS = 24;
/** For one label of the axis, in px. */
const LABEL = 54;

/** For the labels of attempts, in px. */
const ATTEMPTS = 20;

/** The room for labels of attempts: none where there is only one attempt. */
function roomAbove(rows: readonly IRow[]): number {
  return rows.some(({ parts }) => parts.length > 0) ? ATTEMPTS : 0;
}

/** Where the parts of a time axis are. */
export function planTimeAxis(
  rows: readonly IRow[],
  canvas: ICanvas,
  language: ILanguage
): IPlan {
  const plan = planLines(rows, canvas, MIN_BARS, language);
  const { left, right } = marginsOf(plan);
  const tight = canvas.width - left - right < MIN_BARS;
  return {
    ...plan,
    height: plan.height + AXIS + roomAbove(rows),
    textTop: plan.textTop + roomAbove(rows),
    columns: tight ? { ...plan.columns, shareWidth: 0 } : plan.columns
  };
}

/** Each period at its time, on a common axis from the start; idle time is shaded. */
export function timeAxisFigure(
  reading: IReading,
  canvas: ICanvas,
  language: ILanguage
): {
  data: [Partial<BarData>, Partial<BarData>, Partial<BarData>];
  layout: Partial<Layout>;
  texts: readonly IText[];
} {
  const { attempts, rows, start, idle } = reading;
  const plan = planTimeAxis(rows, canvas, language);
  const { left, right } = marginsOf(plan);
  const width = Math.max(1, canvas.width - left - right);
  const whole = reading.wallTime || 1;
  const top = roomAbove(rows);
  // A little air for the outlines.
  const range = [-whole * 0.01, whole * 1.01] as const;
  const names = rows.map(row => row.name);
  const ticks = ticksOf(reading.wallTime, Math.floor(width / LABEL), language);

  // The whole line reacts to the pointer: a bar of a few ms would be too small to hit.
  const lines: Partial<BarData> = {
    type: 'bar',
    orientation: 'h',
    y: names,
    x: rows.map(() => whole),
    base: 0,
    width: 1,
    marker: { color: 'rgba(0,0,0,0)', line: { width: 0 } },
    hoverinfo: 'text',
    hovertext: rows.map(row =>
      hoverText(row, language, offsets(row, start, language))
    ),
    textposition: 'none'
  };
  const gaps = idle.map((gap): Partial<Shape> => ({
    type: 'rect',
    layer: 'below',
    xref: 'x',
    x0: gap.start - start,
    x1: gap.end - start,
    yref: 'paper',
    y0: 0,
    y1: 1,
    fillcolor: canvas.grid,
    line: { width: 0 }
  }));
  const further = attempts.slice(1).map((attempt): Partial<Shape> => ({
    type: 'line',
    xref: 'x',
    x0: attempt.start - start,
    x1: attempt.start - start,
    yref: 'paper',
    y0: 0,
    // Up along its label.
    y1: plan.height / Math.max(1, plan.height - top),
    line: { color: canvas.mutedText, width: 1 }
  }));
  const placeOf = (attempt: IAttempt): number =>
    left + (width * (attempt.start - start - range[0])) / (range[1] - range[0]);
  const labels = top
    ? attemptLabels(attempts, placeOf, EDGE + top / 2, canvas, language)
    : [];
  return {
    data: [
      lines,
      bars(rows, start, plan, false),
      bars(rows, start, plan, true)
    ],
    layout: {
      ...commonLayout(plan.height, canvas),
      margin: { l: left, r: right, t: top, b: AXIS, pad: 0 },
      barmode: 'overlay',
      hovermode: 'closest',
      xaxis: {
        fixedrange: true,
        range: [...range],
        tickmode: 'array',
        tickvals: ticks.map(tick => tick.at),
        ticktext: ticks.map(tick => tick.label),
        tickangle: 0,
        tickfont: { color: canvas.mutedText },
        gridcolor: canvas.grid,
        // Dotted, for what is shaded is of the same colour.
        griddash: 'dot',
        zeroline: false,
        showline: false
      },
      yaxis: {
        visible: false,
        fixedrange: true,
        type: 'category',
        categoryorder: 'array',
        categoryarray: names,
        range: [rows.length - 0.5 + EDGE / plan.row, -0.5 - EDGE / plan.row]
      },
      shapes: [...gaps, ...further]
    },
    texts: [...labels, ...textLines(rows, plan, language)]
  };
}

/** The pieces of the periods that have ended, or the hatched ones of those that go on. */
function bars(
  rows: readonly IRow[],
  start: number,
  plan: IPlan,
  open: boolean
): Partial<BarData> {
  const pieces = rows.flatMap(row =>
    row.pieces
      .filter(piece => piece.open === open)
      .map(piece => ({ ...piece, name: row.name }))
  );
  const colours = pieces.map(({ name }) => PERIOD_COLOURS[name]);
  return {
    type: 'bar',
    orientation: 'h',
    y: pieces.map(({ name }) => name),
    base: pieces.map(piece => piece.start - start),
    x: pieces.map(piece => piece.end - piece.start),
    width: BAR / plan.row,
    marker: {
      color: colours,
      // The outline keeps a bar of a few ms visible.
      line: { color: colours, width: 1.5 },
      ...(open && { pattern: { shape: '/', size: 7, solidity: 0.5 } })
    },
    hoverinfo: 'skip',
    textposition: 'none'
  };
}

function offsets(row: IRow, start: number, language: ILanguage): string {
  const { trans } = language;
  const from = formatDuration(row.start - start, language);
  return row.open
    ? trans.__('since %1 after the start', from)
    : trans.__(
        'from %1 to %2 after the start',
        from,
        formatDuration(row.end - start, language)
      );
}
