import type { TranslationBundle } from '@jupyterlab/translation';
import type { Annotation } from 'plotly.js';
import type { ICanvas } from '../chart/canvas';
import { formatDuration, formatMoment, formatShare } from './format';
import type { IRow } from './reading';

/** Between columns, in px. */
export const GAP = 12;
/** Between the outermost things and the edge of the drawing, in px. */
export const EDGE = 4;

/** The columns of text beside or under the marks, measured so that nothing overlaps. */
export interface IColumns {
  readonly names: readonly string[];
  readonly nameWidth: number;
  readonly durationWidth: number;
  readonly shareWidth: number;
}

/** Measure the columns; with two lines, long names are broken. */
export function columnsOf(
  rows: readonly IRow[],
  canvas: ICanvas,
  lines: 1 | 2
): IColumns {
  const widest = (texts: readonly string[]): number =>
    Math.ceil(Math.max(0, ...texts.map(text => canvas.measure(text))));
  const whole = rows.map(row => row.name);
  const broken = whole.map(halves);
  const nameWidth = widest(lines === 1 ? whole : broken.flat());
  return {
    names: whole.map((name, index) =>
      canvas.measure(name) <= nameWidth ? name : broken[index].join('<br>')
    ),
    nameWidth,
    durationWidth: widest(rows.map(row => formatDuration(row.duration))),
    shareWidth: widest(rows.map(row => formatShare(row.share)))
  };
}

/** A name broken where its parts are most alike. */
function halves(name: string): readonly string[] {
  const words = name.split(' ');
  const ways = words
    .slice(1)
    .map((_, at) => [
      words.slice(0, at + 1).join(' '),
      words.slice(at + 1).join(' ')
    ]);
  const longest = (parts: readonly string[]): number =>
    Math.max(...parts.map(part => part.length));
  return ways.reduce((best, way) =>
    longest(way) < longest(best) ? way : best
  );
}

/** The width of both columns of numbers. */
export function numbersWidth(columns: IColumns): number {
  const { durationWidth, shareWidth } = columns;
  return durationWidth + (shareWidth > 0 ? GAP + shareWidth : 0);
}

/** Where the marks and the lines of text of a chart are, in px from its top left corner. */
export interface IPlan {
  readonly height: number;
  readonly columns: IColumns;
  readonly row: number;
  /** Top of the first line of text. */
  readonly textTop: number;
  /** Left edge of the names. */
  readonly textLeft: number;
  /** Right edge of the numbers. */
  readonly textRight: number;
}

/** The lines of text: name, duration, share; in the fractions of a paper without margins. */
export function textLines(
  rows: readonly IRow[],
  plan: IPlan,
  canvas: ICanvas,
  paper: { left: number; width: number }
): Annotation[] {
  const { columns } = plan;
  const paperHeight = plan.height;
  const at = (
    text: string,
    x: number,
    index: number,
    xanchor: 'left' | 'right',
    color: string
  ): Annotation => ({
    text,
    x: (x - paper.left) / paper.width,
    y: 1 - (plan.textTop + (index + 0.5) * plan.row) / paperHeight,
    xref: 'paper',
    yref: 'paper',
    xanchor,
    yanchor: 'middle',
    align: 'left',
    showarrow: false,
    borderpad: 0,
    captureevents: false,
    font: { color }
  });
  const durationRight =
    plan.textRight - (columns.shareWidth > 0 ? columns.shareWidth + GAP : 0);
  return rows.flatMap((row, index) => [
    at(columns.names[index], plan.textLeft, index, 'left', canvas.text),
    at(
      formatDuration(row.duration),
      durationRight,
      index,
      'right',
      canvas.text
    ),
    at(formatShare(row.share), plan.textRight, index, 'right', canvas.mutedText)
  ]);
}

/** What a mark says when it is pointed at. */
export function hoverText(row: IRow, trans: TranslationBundle): string {
  const times = row.open
    ? trans.__('%1 – now', formatMoment(row.start))
    : trans.__('%1 – %2', formatMoment(row.start), formatMoment(row.end));
  const share = formatShare(row.share);
  const length = formatDuration(row.duration);
  return [
    `<b>${row.name}</b>`,
    times,
    share ? trans.__('%1 · %2 of the wall time', length, share) : length
  ].join('<br>');
}
