/** A line without axes for a few values. Pure. */

/** A line in the coordinates of its drawing. */
export interface ISparkline {
  /** The path of an SVG, with a gap where a value is missing. */
  readonly path: string;
  /** Where the last value is; `null` when there is none. */
  readonly end: readonly [x: number, y: number] | null;
}

/** Around the line, so that it is not cut at its extremes; in px. */
const EDGE = 3;

/**
 * Draw values from left to right, the largest on top.
 *
 * @param values - `null` is what became of a number that is not finite.
 * @param width - of the drawing, in px.
 * @param height - of the drawing, in px.
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  height: number
): ISparkline {
  const known = values.filter(value => value !== null);
  // Halved, so that the largest numbers do not overflow.
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
