import type { TranslationBundle } from '@jupyterlab/translation';
import type { Data, Layout } from 'plotly.js';
import type { ChartType } from '../api/_models';
import { funnelFigure, planFunnel } from './funnel';
import { pieFigure, planPie } from './pie';
import type { IReading } from './reading';
import type { ICanvas } from './text';

/** What `Plotly.react` draws. */
export interface IFigure {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
}

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
