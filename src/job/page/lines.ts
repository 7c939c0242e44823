/** Which metrics are drawn, and the styles of their lines. Pure. */

import { PERIOD_COLOURS } from '../../timeline/colours';

/** The prefix of the names of validation metrics. */
const VALIDATION = 'val_';

/** Distinguishable with every kind of colour blindness, and visible on light and dark backgrounds. */
const COLOURS = [
  PERIOD_COLOURS['Request Launch'],
  PERIOD_COLOURS['Model Training'],
  PERIOD_COLOURS['M&D Deserialization'],
  PERIOD_COLOURS['API Transfer & Server Setup']
];

/** Five shapes and four colours have no common factor, so the first 20 lines all look different. */
const SHAPES = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'triangle-down'
] as const;

/** How a metric's line, and its entry in the legend, is drawn. */
export interface ILineStyle {
  /** As `#rrggbb`. */
  readonly color: string;
  readonly dash: 'solid' | 'dash';
  readonly shape: (typeof SHAPES)[number];
}

/**
 * The styles of the metrics' lines, by name.
 *
 * A metric and its validation metric share colour and shape; the validation line is dashed.
 */
export function lineStyles(names: readonly string[]): Map<string, ILineStyle> {
  const base = (name: string): string =>
    name.startsWith(VALIDATION) ? name.slice(VALIDATION.length) : name;
  const families = [...new Set(names.map(base))];
  return new Map(
    names.map(name => {
      const at = families.indexOf(base(name));
      return [
        name,
        {
          color: COLOURS[at % COLOURS.length],
          dash: name.startsWith(VALIDATION) ? 'dash' : 'solid',
          shape: SHAPES[at % SHAPES.length]
        }
      ];
    })
  );
}

/**
 * The metrics to draw: those the user chose; by default the losses, or the first metric if there is
 * no loss.
 *
 * @param chosen - for each metric that the user switched on or off, whether to draw it.
 */
export function shownMetrics(
  names: readonly string[],
  chosen: ReadonlyMap<string, boolean>
): string[] {
  const losses = names.filter(name => /^(val_)?loss$/.test(name));
  const usual = losses.length > 0 ? losses : names.slice(0, 1);
  return names.filter(name => chosen.get(name) ?? usual.includes(name));
}
