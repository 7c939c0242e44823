import type { BarData, FunnelData, Layout } from 'plotly.js';
import type { ICanvas } from '../chart/canvas';
import { commonLayout } from '../chart/layout';
import type { IText } from '../chart/texts';
import type { ILanguage } from '../format';
import { PERIOD_COLOURS } from './colours';
import type { IReading, IRow } from './reading';
import { BAR, EDGE, hoverText, marginsOf, planLines, textLines } from './text';
import type { IPlan } from './text';

const MIN_BARS = 64;

/** Where the parts of a funnel are. */
export function planFunnel(
  rows: readonly IRow[],
  canvas: ICanvas,
  language: ILanguage
): IPlan {
  return planLines(rows, canvas, MIN_BARS, language);
}

/** The funnel: one centred bar for each period, in the order of `PERIODS`. */
export function funnelFigure(
  reading: IReading,
  canvas: ICanvas,
  language: ILanguage
): {
  data: [Partial<BarData>, Partial<FunnelData>, Partial<BarData>];
  layout: Partial<Layout>;
  texts: readonly IText[];
} {
  const { rows } = reading;
  const plan = planFunnel(rows, canvas, language);
  const { left, right } = marginsOf(plan);
  const longest = Math.max(0, ...rows.map(row => row.duration));
  const half = (longest || 1) / 2;
  const open = rows.filter(row => row.open);
  const thickness = BAR / plan.row;
  const names = rows.map(row => row.name);
  const colours = rows.map(row => PERIOD_COLOURS[row.name]);

  // The whole line reacts to the pointer: a bar of a few ms would be too small to hit.
  const lines: Partial<BarData> = {
    type: 'bar',
    orientation: 'h',
    y: names,
    x: rows.map(() => 2 * half),
    base: -half,
    width: 1,
    marker: { color: 'rgba(0,0,0,0)', line: { width: 0 } },
    hoverinfo: 'text',
    hovertext: rows.map(row => hoverText(row, language)),
    textposition: 'none'
  };
  const closedRows: Partial<FunnelData> = {
    type: 'funnel',
    orientation: 'h',
    y: names,
    x: rows.map(row => (row.open ? null : row.duration)),
    width: thickness,
    // The outline keeps a bar of a few ms visible.
    marker: { color: colours, line: { color: colours, width: 1.5 } },
    connector: { visible: false },
    textinfo: 'none',
    hoverinfo: 'skip'
  };
  // A funnel has no patterns, so an open period is drawn as a bar with the same centre.
  const openRows: Partial<BarData> = {
    type: 'bar',
    orientation: 'h',
    y: open.map(row => row.name),
    x: open.map(row => row.duration),
    base: open.map(row => -row.duration / 2),
    width: thickness,
    marker: {
      color: open.map(row => PERIOD_COLOURS[row.name]),
      line: { color: open.map(row => PERIOD_COLOURS[row.name]), width: 1.5 },
      pattern: { shape: '/', size: 7, solidity: 0.5 }
    },
    hoverinfo: 'skip',
    textposition: 'none'
  };

  return {
    data: [lines, closedRows, openRows],
    layout: {
      ...commonLayout(plan.height, canvas),
      margin: { l: left, r: right, t: 0, b: 0, pad: 0 },
      barmode: 'overlay',
      hovermode: 'closest',
      xaxis: {
        visible: false,
        fixedrange: true,
        // A little air for the outlines.
        range: [-half * 1.01, half * 1.01]
      },
      yaxis: {
        visible: false,
        fixedrange: true,
        type: 'category',
        categoryorder: 'array',
        categoryarray: names,
        range: [rows.length - 0.5 + EDGE / plan.row, -0.5 - EDGE / plan.row]
      }
    },
    texts: textLines(rows, plan, language)
  };
}
