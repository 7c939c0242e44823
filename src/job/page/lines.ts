/** Which metrics are drawn, and the styles of their lines. Pure. */

import { PERIOD_COLOURS } from '../../timeline/colours';

/** What validation adds to a metric's name. */
const VALIDATION = 'val_';

/** Told apart with every kind of colour blindness, and seen on light and dark. */
const COLOURS = [
  PERIOD_COLOURS['Request Launch'],
  PERIOD_COLOURS['Model Training'],
  PERIOD_COLOURS['M&D Deserialization'],
  PERIOD_COLOURS['API Transfer & Server Setup']
];

/** Fewer colours than shapes, none a multiple of the other: only the 21st line styles like the first. */
const SHAPES = [
  'circle',
  'square',
  'diamond',
  'triangle-up',
  'triangle-down'
] as const;

/** How a metric's line, and its key, is drawn. */
export interface ILineStyle {
  /** As `#rrggbb`. */
  readonly color: string;
  readonly dash: 'solid' | 'dash';
  readonly shape: (typeof SHAPES)[number];
}

/**
 * The styles of the metrics' lines, by name.
 *
 * A metric and its validation share colour and shape; the validation's line is dashed.
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
 * The metrics to draw: the losses, or the first metric of a job without, unless the user chose.
 *
 * @param chosen - what the user said of a metric: whether to draw it.
 */
export function shownMetrics(
  names: readonly string[],
  chosen: ReadonlyMap<string, boolean>
): string[] {
  const losses = names.filter(name => /^(val_)?loss$/.test(name));
  const usual = losses.length > 0 ? losses : names.slice(0, 1);
  return names.filter(name => chosen.get(name) ?? usual.includes(name));
}
