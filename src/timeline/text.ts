import type { ICanvas } from '../chart/canvas';
import type { IText } from '../chart/texts';
import { formatDuration, formatShare, formatTimeOfDay } from '../format';
import type { ILanguage } from '../format';
import { partWords } from './attempts';
import type { IRow } from './reading';

/** Between columns, in px. */
export const GAP = 12;
/** Between the outermost things and the edge of the drawing, in px. */
export const EDGE = 4;

/** The columns of text beside or under the marks, measured so that nothing overlaps. */
export interface IColumns {
  /** In one or two lines each. */
  readonly names: readonly (readonly string[])[];
  readonly nameWidth: number;
  readonly durationWidth: number;
  readonly shareWidth: number;
}

/** Measure the columns; with two lines, long names are broken. */
export function columnsOf(
  rows: readonly IRow[],
  canvas: ICanvas,
  lines: 1 | 2,
  language: ILanguage
): IColumns {
  return {
    ...namesOf(
      rows.map(row => row.name),
      canvas,
      lines
    ),
    durationWidth: widest(
      rows.map(row => formatDuration(row.duration, language)),
      canvas
    ),
    shareWidth: widest(
      rows.map(row => formatShare(row.share, language)),
      canvas
    )
  };
}

/** Measure the column of names; with two lines, long names are broken. */
export function namesOf(
  whole: readonly string[],
  canvas: ICanvas,
  lines: 1 | 2
): Pick<IColumns, 'names' | 'nameWidth'> {
  const broken = whole.map(halves);
  const nameWidth = widest(lines === 1 ? whole : broken.flat(), canvas);
  return {
    names: whole.map((name, index) =>
      canvas.measure(name) <= nameWidth ? [name] : broken[index]
    ),
    nameWidth
  };
}

/** The width of the widest of some texts, in px. */
export function widest(texts: readonly string[], canvas: ICanvas): number {
  return Math.ceil(Math.max(0, ...texts.map(text => canvas.measure(text))));
}

/** A name broken into two lines of about the same length. */
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
  return ways.reduce(
    (best, way) => (longest(way) < longest(best) ? way : best),
    [name, '']
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

const ROW = 24;
const TWO_LINE_ROW = 34;
/** The thickness of a bar, in px. */
export const BAR = 16;

/** Where the lines of a chart of bars are: names on the left, numbers on the right. */
export function planLines(
  rows: readonly IRow[],
  canvas: ICanvas,
  minBars: number,
  language: ILanguage
): IPlan {
  const oneLine = columnsOf(rows, canvas, 1, language);
  const taken = oneLine.nameWidth + numbersWidth(oneLine) + 2 * (GAP + EDGE);
  const tight = canvas.width - taken < minBars;
  const row = tight ? TWO_LINE_ROW : ROW;
  return {
    height: rows.length * row + 2 * EDGE,
    columns: tight ? columnsOf(rows, canvas, 2, language) : oneLine,
    row,
    textTop: EDGE,
    textLeft: EDGE,
    textRight: canvas.width - EDGE
  };
}

/** The margins in px that the text of such a chart takes. */
export function marginsOf(plan: IPlan): { left: number; right: number } {
  return {
    left: plan.textLeft + plan.columns.nameWidth + GAP,
    right: EDGE + numbersWidth(plan.columns) + GAP
  };
}

/** The lines of text: name, duration and, where it has a column, share. */
export function textLines(
  rows: readonly IRow[],
  plan: IPlan,
  language: ILanguage
): IText[] {
  const { names, shareWidth } = plan.columns;
  const hasShares = shareWidth > 0;
  const durationRight = plan.textRight - (hasShares ? shareWidth + GAP : 0);
  return rows.flatMap(({ duration, share }, index): IText[] => {
    const y = plan.textTop + (index + 0.5) * plan.row;
    const name = names[index];
    const length = [formatDuration(duration, language)];
    const part = [formatShare(share, language)];
    return [
      { lines: name, x: plan.textLeft, y, anchor: 'start' },
      { lines: length, x: durationRight, y, anchor: 'end' },
      ...(hasShares
        ? ([
            { lines: part, x: plan.textRight, y, anchor: 'end', look: 'muted' }
          ] as const)
        : [])
    ];
  });
}

/**
 * What a mark says when it is pointed at.
 *
 * @param more - a line after the times.
 */
export function hoverText(
  row: IRow,
  language: ILanguage,
  more?: string
): string {
  const { locale, trans } = language;
  const [start, end] = [row.start, row.end].map(at =>
    formatTimeOfDay(at, locale)
  );
  const times = row.open
    ? trans.__('%1 – now', start)
    : trans.__('%1 – %2', start, end);
  const share = formatShare(row.share, language);
  const length = formatDuration(row.duration, language);
  return [
    `<b>${row.name}</b>`,
    times,
    ...(more === undefined ? [] : [more]),
    ...partWords(row.parts, language),
    share ? trans.__('%1 · %2 of the wall time', length, share) : length
  ].join('<br>');
}
