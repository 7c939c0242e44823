/** A line without axes for a few values. Pure. */

/** A line in the coordinates of its drawing. */
export interface ISparkline {
  /** The path of an SVG, with a gap where a value is missing. */
  readonly path: string;
  /** The coordinates of the last value; `null` when it is missing. */
  readonly end: readonly [x: number, y: number] | null;
}

/** The space around the line, in px, so that its extremes are not clipped. */
const EDGE = 3;

/**
 * Draw values from left to right, the largest on top.
 *
 * @param values - `null` stands for a number that was not finite (NaN or infinity).
 * @param width - of the drawing, in px.
 * @param height - of the drawing, in px.
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  height: number
): ISparkline {
  const known = values.filter(value => value !== null);
  // Halved, so that the range of very large numbers does not overflow.
  const low = Math.min(...known) / 2;
  const span = Math.max(...known) / 2 - low;
  const step = values.length > 1 ? (width - 2 * EDGE) / (values.length - 1) : 0;
  let path = '';
  let end: ISparkline['end'] = null;
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const share = span > 0 ? (value / 2 - low) / span : 0.5;
    const x = rounded(EDGE + index * step);
    const y = rounded(height - EDGE - share * (height - 2 * EDGE));
    path += `${isDrawing ? 'L' : 'M'}${x} ${y}`;
    end = [x, y];
    isDrawing = true;
  }
  return { path, end };
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
