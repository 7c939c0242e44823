import { PERIOD_COLOURS } from '../../timeline/colours';

/** How a line of the chart, and its key, is drawn. */
export interface IStroke {
  /** A CSS colour; null is the colour of the theme's text. */
  readonly color: string | null;
  /** In px. */
  readonly width: number;
  readonly dash: 'solid' | 'dash';
}

/**
 * The recorded job has a broad line, and the replay thin dashes on top of it.
 *
 * So both are visible where they are the same, in every theme and with every kind of colour blindness.
 */
export const STROKES: Readonly<Record<'recorded' | 'replayed', IStroke>> = {
  recorded: {
    color: PERIOD_COLOURS['Request Launch'],
    width: 6,
    dash: 'solid'
  },
  replayed: { color: null, width: 2, dash: 'dash' }
};
