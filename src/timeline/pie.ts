import type { Layout, PieData, Shape } from 'plotly.js';
import type { ICanvas } from '../chart/canvas';
import { commonLayout } from '../chart/layout';
import type { IText } from '../chart/texts';
import type { ILanguage } from '../format';
import { PERIOD_COLOURS, inkOn } from './colours';
import type { IReading, IRow } from './reading';
import {
  EDGE,
  GAP,
  columnsOf,
  hoverText,
  numbersWidth,
  textLines
} from './text';
import type { IPlan } from './text';

const LIST_ROW = 20;
const SWATCH = 10;
const MIN_DIAMETER = 160;
const MAX_DIAMETER = 260;

/** Where the parts of a pie are: beside its list where there is room, else above it. */
export interface IPiePlan extends IPlan {
  readonly diameter: number;
  readonly centre: readonly [number, number];
}

/** Where the parts of a pie are. */
export function planPie(
  rows: readonly IRow[],
  canvas: ICanvas,
  language: ILanguage
): IPiePlan {
  const columns = columnsOf(rows, canvas, 1, language);
  const listWidth =
    SWATCH + GAP + columns.nameWidth + 2 * GAP + numbersWidth(columns);
  const listHeight = rows.length * LIST_ROW;
  const { width } = canvas;
  const beside = width - listWidth - 3 * GAP - 2 * EDGE >= MIN_DIAMETER;
  if (beside) {
    const room = width - listWidth - 3 * GAP - 2 * EDGE;
    const diameter = Math.min(
      room,
      MAX_DIAMETER,
      Math.max(MIN_DIAMETER, listHeight)
    );
    const height = Math.max(diameter, listHeight) + 2 * EDGE + GAP;
    const left = EDGE + diameter + 3 * GAP + SWATCH + GAP;
    return {
      height,
      columns,
      row: LIST_ROW,
      textTop: (height - listHeight) / 2,
      textLeft: left,
      textRight: left + listWidth - SWATCH - GAP,
      diameter,
      centre: [EDGE + diameter / 2, height / 2]
    };
  }
  const diameter = Math.min(width - 2 * EDGE, MIN_DIAMETER + 2 * GAP);
  const left = Math.max(EDGE, (width - listWidth) / 2) + SWATCH + GAP;
  return {
    height: EDGE + diameter + GAP + listHeight + EDGE,
    columns,
    row: LIST_ROW,
    textTop: EDGE + diameter + GAP,
    textLeft: left,
    textRight: Math.min(width - EDGE, left + listWidth - SWATCH - GAP),
    diameter,
    centre: [width / 2, EDGE + diameter / 2]
  };
}

/** The pie, with its periods as a list in the order of `PERIODS`. */
export function pieFigure(
  reading: IReading,
  canvas: ICanvas,
  language: ILanguage
): {
  data: [Partial<PieData>];
  layout: Partial<Layout>;
  texts: readonly IText[];
} {
  const { rows } = reading;
  const plan = planPie(rows, canvas, language);
  const colours = rows.map(row => PERIOD_COLOURS[row.name]);
  const radius = plan.diameter / 2;
  const [x, y] = plan.centre;
  const slices: Partial<PieData> = {
    type: 'pie',
    labels: rows.map(row => row.name),
    values: rows.map(row => row.duration),
    sort: false,
    direction: 'clockwise',
    domain: {
      x: [(x - radius) / canvas.width, (x + radius) / canvas.width],
      y: [1 - (y + radius) / plan.height, 1 - (y - radius) / plan.height]
    },
    marker: {
      colors: colours,
      line: { color: canvas.background, width: 1 },
      pattern: {
        shape: rows.map(row => (row.open ? '/' : '')),
        size: 7,
        solidity: 0.5
      }
    },
    // An open slice is hatched, and has no label on its stripes: the list names it.
    text: rows.map(row => (row.open ? '' : row.name)),
    textinfo: 'text',
    textposition: 'inside',
    insidetextorientation: 'horizontal',
    insidetextfont: { color: colours.map(inkOn) },
    hoverinfo: 'text',
    hovertext: rows.map(row => hoverText(row, language))
  };
  const swatches = rows.map((row, index): Shape => {
    const middle = plan.textTop + (index + 0.5) * plan.row;
    const swatchLeft = plan.textLeft - GAP - SWATCH;
    return {
      type: 'rect',
      xref: 'paper',
      yref: 'paper',
      x0: swatchLeft / canvas.width,
      x1: (swatchLeft + SWATCH) / canvas.width,
      y0: 1 - (middle + SWATCH / 2) / plan.height,
      y1: 1 - (middle - SWATCH / 2) / plan.height,
      fillcolor: PERIOD_COLOURS[row.name],
      line: { width: 0 }
    };
  });
  return {
    data: [slices],
    layout: {
      ...commonLayout(plan.height, canvas),
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      uniformtext: { mode: 'hide', minsize: canvas.fontSize - 2 },
      shapes: swatches
    },
    texts: textLines(rows, plan, language)
  };
}
