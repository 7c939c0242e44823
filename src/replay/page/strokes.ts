import { PERIOD_COLOURS } from '../../timeline/colours';

/** How a line of the chart, and its entry in the legend, is drawn. */
export interface IStroke {
  /** A CSS colour; null is the colour of the theme's text. */
  readonly color: string | null;
  /** In px. */
  readonly width: number;
  readonly dash: 'solid' | 'dash';
}

/**
 * The recorded job is a wide line, and the replay a thin dashed line on top of it.
 *
 * So both stay visible where their values are equal, in every theme and with every kind of colour
 * blindness.
 */
export const STROKES: Readonly<Record<'recorded' | 'replayed', IStroke>> = {
  recorded: {
    color: PERIOD_COLOURS['Request Launch'],
    width: 6,
    dash: 'solid'
  },
  replayed: { color: null, width: 2, dash: 'dash' }
};
