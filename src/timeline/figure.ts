import type { ICanvas } from '../chart/canvas';
import type { IDrawing, IFigure } from '../chart/chart';
import type { IChoices } from '../tokens';
import type { ILanguage } from '../format';
import { funnelFigure, planFunnel } from './funnel';
import { pieFigure, planPie } from './pie';
import type { IReading, IRow } from './reading';
import type { IPlan } from './text';
import { planTimeAxis, timeAxisFigure } from './timeAxis';

/** The ways a timeline is drawn: those of an output's `char_type`, and the time axis. */
export type ChartKind = IChoices['chart'];

interface IChartMaker {
  plan(rows: readonly IRow[], canvas: ICanvas, language: ILanguage): IPlan;
  figure(reading: IReading, canvas: ICanvas, language: ILanguage): IFigure;
}

const MAKERS: Readonly<Record<ChartKind, IChartMaker>> = {
  funnel: { plan: planFunnel, figure: funnelFigure },
  pie: { plan: planPie, figure: pieFigure },
  'time-axis': { plan: planTimeAxis, figure: timeAxisFigure }
};

/** A timeline for a chart to draw; pure, so the same input gives the same figure. */
export function timelineDrawing(
  kind: ChartKind,
  reading: IReading,
  language: ILanguage
): IDrawing {
  const { plan, figure } = MAKERS[kind];
  return {
    height: canvas => plan(reading.rows, canvas, language).height,
    figure: canvas => figure(reading, canvas, language)
  };
}
