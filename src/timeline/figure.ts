import type { TranslationBundle } from '@jupyterlab/translation';
import type { ChartType } from '../api/_models';
import type { ICanvas } from '../chart/canvas';
import type { IDrawing, IFigure } from '../chart/chart';
import { funnelFigure, planFunnel } from './funnel';
import { pieFigure, planPie } from './pie';
import type { IReading } from './reading';

/** The height in px a chart will have, known before it is drawn. */
export function chartHeight(
  type: ChartType,
  reading: IReading,
  canvas: ICanvas
): number {
  const plan = type === 'pie' ? planPie : planFunnel;
  return plan(reading.rows, canvas).height;
}

/** The plotly figure of a timeline; pure, so the same input gives the same figure. */
export function timelineFigure(
  type: ChartType,
  reading: IReading,
  canvas: ICanvas,
  trans: TranslationBundle
): IFigure {
  return (type === 'pie' ? pieFigure : funnelFigure)(reading, canvas, trans);
}

/** A timeline for a chart to draw. */
export function timelineDrawing(
  type: ChartType,
  reading: IReading,
  trans: TranslationBundle
): IDrawing {
  return {
    height: canvas => chartHeight(type, reading, canvas),
    figure: canvas => timelineFigure(type, reading, canvas, trans)
  };
}
