import type { BarData } from 'plotly.js';
import type { ICanvas } from '../../chart/canvas';
import type { IDrawing, IFigure } from '../../chart/chart';
import { commonLayout } from '../../chart/layout';
import type { IText } from '../../chart/texts';
import { formatDifference, formatDuration } from '../../format';
import type { ILanguage } from '../../format';
import { PERIOD_COLOURS } from '../colours';
import { EDGE, GAP, namesOf, widest } from '../text';
import type { IDiffReading, IDiffRow, ISide } from './reading';
import { labelOf } from './words';

const ROW = 40;
const BAR = 12;
/** Between the middle of a line and the middle of a bar, in px. */
const OFFSET = 8;
/** With less room for the bars, in px, names take two lines. */
const WIDE = 160;
/** With less room than that, the durations are left out: the tooltips and the table have them. */
const NARROW = 72;
/** How solid the bars of the first job are, as two hexadecimal digits. */
const FAINT = '40';

type SideName = 'first' | 'second';

interface IPlan {
  readonly names: readonly (readonly string[])[];
  readonly left: number;
  readonly right: number;
  /** Right edge of the durations, in px; `null` where there is no room. */
  readonly durationsAt: number | null;
}

/** Two timelines for a chart to draw; pure, so the same input gives the same figure. */
export function diffDrawing(
  reading: IDiffReading,
  language: ILanguage
): IDrawing {
  return {
    height: () => heightOf(reading),
    figure: canvas => diffFigure(reading, canvas, language)
  };
}

function heightOf({ rows }: IDiffReading): number {
  return rows.length * ROW + 2 * EDGE;
}

function planOf(
  rows: readonly IDiffRow[],
  canvas: ICanvas,
  language: ILanguage
): IPlan {
  const words = rows.map(row => labelOf(row, language.trans));
  const differences =
    GAP +
    widest(
      rows.map(row => differenceOf(row, language)),
      canvas
    );
  const durations =
    GAP +
    widest(
      rows.flatMap(row => [
        durationOf(row.first, language),
        durationOf(row.second, language)
      ]),
      canvas
    );
  const place = (lines: 1 | 2): IPlan => {
    const { names, nameWidth } = namesOf(words, canvas, lines);
    const left = EDGE + nameWidth + GAP;
    const right = differences + EDGE;
    return canvas.width - left - right - durations < NARROW
      ? { names, left, right, durationsAt: null }
      : {
          names,
          left,
          right: right + durations,
          durationsAt: canvas.width - right
        };
  };
  const wide = place(1);
  const isWide = canvas.width - wide.left - wide.right >= WIDE;
  return isWide && wide.durationsAt !== null ? wide : place(2);
}

function diffFigure(
  reading: IDiffReading,
  canvas: ICanvas,
  language: ILanguage
): IFigure {
  const { rows } = reading;
  const plan = planOf(rows, canvas, language);
  const height = heightOf(reading);
  const width = Math.max(1, canvas.width - plan.left - plan.right);
  const longest = Math.max(
    ...rows.map(row =>
      Math.max(row.first?.duration ?? 0, row.second?.duration ?? 0)
    )
  );
  const whole = longest || 1;
  const middles = rows.map((_, index) => EDGE + (index + 0.5) * ROW);

  // The whole line reacts to the pointer: a bar of a few ms would be too small to hit.
  const lines: Partial<BarData> = {
    type: 'bar',
    orientation: 'h',
    y: middles,
    x: rows.map(() => whole),
    base: 0,
    width: ROW,
    marker: { color: 'rgba(0,0,0,0)', line: { width: 0 } },
    hoverinfo: 'text',
    hovertext: rows.map(row => hoverText(row, language)),
    textposition: 'none'
  };
  const texts = rows.flatMap((row, index): IText[] => {
    const y = middles[index];
    const { durationsAt } = plan;
    const look = row.name === 'all' ? 'strong' : undefined;
    const durations =
      durationsAt === null
        ? []
        : [
            [durationOf(row.first, language), y - OFFSET] as const,
            [durationOf(row.second, language), y + OFFSET] as const
          ].map(([text, at]): IText => {
            const x = durationsAt;
            return { lines: [text], x, y: at, anchor: 'end', look: 'muted' };
          });
    const difference = [differenceOf(row, language)];
    const right = canvas.width - EDGE;
    return [
      { lines: plan.names[index], x: EDGE, y, anchor: 'start', look },
      ...durations,
      { lines: difference, x: right, y, anchor: 'end', look }
    ];
  });
  return {
    data: [
      lines,
      bars('first', rows, middles, canvas),
      bars('second', rows, middles, canvas)
    ],
    layout: {
      ...commonLayout(height, canvas),
      margin: { l: plan.left, r: plan.right, t: 0, b: 0, pad: 0 },
      barmode: 'overlay',
      hovermode: 'closest',
      xaxis: {
        visible: false,
        fixedrange: true,
        // A little air for the outlines.
        range: [-whole * 0.01, whole * 1.01]
      },
      // In px, from the top.
      yaxis: { visible: false, fixedrange: true, range: [height, 0] },
      shapes: [
        {
          // The whole is not one of its parts.
          type: 'line',
          xref: 'paper',
          x0: -plan.left / width,
          x1: 1 + plan.right / width,
          yref: 'y',
          y0: EDGE + ROW,
          y1: EDGE + ROW,
          line: { color: canvas.grid, width: 1 }
        }
      ]
    },
    texts
  };
}

/** The bars of one job: the first is faint, the second solid, what goes on is hatched. */
function bars(
  side: SideName,
  rows: readonly IDiffRow[],
  middles: readonly number[],
  canvas: ICanvas
): Partial<BarData> {
  const offset = side === 'first' ? -OFFSET : OFFSET;
  const marks = rows.flatMap((row, index) => {
    const it = row[side];
    const colour =
      row.name === 'all' || row.name === 'idle'
        ? canvas.mutedText
        : PERIOD_COLOURS[row.name];
    return it ? [{ ...it, colour, y: middles[index] + offset }] : [];
  });
  return {
    type: 'bar',
    orientation: 'h',
    y: marks.map(({ y }) => y),
    x: marks.map(({ duration }) => duration),
    base: 0,
    width: BAR,
    marker: {
      color: marks.map(({ colour }) =>
        side === 'first' ? faint(colour) : colour
      ),
      // The outline keeps a bar of a few ms visible.
      line: { color: marks.map(({ colour }) => colour), width: 1.5 },
      pattern: {
        shape: marks.map(({ open }) => (open ? '/' : '')),
        size: 7,
        solidity: 0.5
      }
    },
    hoverinfo: 'skip',
    textposition: 'none'
  };
}

/** A colour that the background shines through, of one in hexadecimal or with its own alpha. */
function faint(colour: string): string {
  return colour.startsWith('#')
    ? `${colour}${FAINT}`
    : colour.replace(/[\d.]+\)$/, '0.2)');
}

function durationOf(side: ISide | null, language: ILanguage): string {
  return side ? formatDuration(side.duration, language) : '\u2013';
}

/** Nothing for what is not known yet. */
function differenceOf({ difference }: IDiffRow, language: ILanguage): string {
  return difference === null ? '' : formatDifference(difference, language);
}

function hoverText(row: IDiffRow, language: ILanguage): string {
  const { trans } = language;
  const words = (side: ISide | null): string =>
    side
      ? side.open
        ? trans.__('%1 so far', formatDuration(side.duration, language))
        : formatDuration(side.duration, language)
      : trans.__('did not happen');
  return [
    `<b>${labelOf(row, trans)}</b>`,
    trans.__('first: %1', words(row.first)),
    trans.__('second: %1', words(row.second)),
    ...(row.difference === null
      ? []
      : [trans.__('difference: %1', differenceOf(row, language))])
  ].join('<br>');
}
