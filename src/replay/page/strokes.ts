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
 * A broad line was recorded; the thin dashes of the replay lie over it.
 *
 * So where both are the same, both are seen, whatever the theme and the kind of sight.
 */
export const STROKES: Readonly<Record<'recorded' | 'replayed', IStroke>> = {
  recorded: {
    color: PERIOD_COLOURS['Request Launch'],
    width: 6,
    dash: 'solid'
  },
  replayed: { color: null, width: 2, dash: 'dash' }
};
