/**
 * Where lines stand in a viewport that shows a few of very many.
 *
 * Browsers cannot make an element as high as a log is long, and heights of lines that wrap are not
 * known before they are drawn. So only the lines on screen are drawn and measured; the scroll bar
 * stands for all lines as if each had one row.
 */
import type { ISpan } from './cache';

/** What the viewport is to show. */
export type Place =
  /** The end of the log, also when lines are added. */
  | { readonly kind: 'end' }
  /** The top of the viewport is `offset` pixels below the top of a line. */
  | { readonly kind: 'line'; readonly line: number; readonly offset: number }
  /** What the scroll bar points at: its way down, from 0 to 1. */
  | { readonly kind: 'share'; readonly share: number };

/** The measures of a viewport, in pixels. */
export interface IViewport {
  readonly total: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** Lines as they were drawn. */
export interface IDrawn {
  readonly first: number;
  /** The top of every line below the first line's top, and the bottom of the last. */
  readonly tops: readonly number[];
}

/** Where the drawn lines go. */
export interface ISettled {
  /** The top of the first line drawn, in the viewport. */
  readonly top: number;
  /** The topmost line on screen and how much of it is above. */
  readonly place: Place & { readonly kind: 'line' };
  readonly isAtEnd: boolean;
  /** What is to be scrolled, as high as it is for the scroll bar. */
  readonly scrollHeight: number;
  readonly scrollTop: number;
}

/** A log of so few lines is drawn as a whole. */
const SMALL = 400;

/** Pixels that every browser can make an element high. */
const MAX_HEIGHT = 8_000_000;

/** Whether the scroll bar moves the text by as many pixels as itself. */
export function isExact(
  { total, rowHeight }: IViewport,
  wrap: boolean
): boolean {
  return total <= SMALL || (!wrap && total * rowHeight <= MAX_HEIGHT);
}

/** The lines to draw: those that can be on screen. */
export function spanOf(place: Place, viewport: IViewport): ISpan {
  const { total, height, rowHeight } = viewport;
  const rows = (pixels: number): number =>
    Math.ceil(Math.max(0, pixels) / rowHeight) + 1;
  const span = (line: number, above: number, below: number): ISpan => ({
    first: Math.max(0, Math.min(line - above, total - 1)),
    last: Math.min(total - 1, line + below)
  });
  if (total <= SMALL) {
    return { first: 0, last: total - 1 };
  }
  switch (place.kind) {
    case 'end':
      return span(total - 1, rows(height), 0);
    case 'line': {
      const { line, offset } = place;
      // However far up it is to be, it does not get above its beginning.
      return span(line, rows(-offset), rows(Math.max(0, offset) + height));
    }
    case 'share': {
      const { share } = place;
      const line = Math.min(total - 1, Math.floor(share * total));
      return span(line, rows(share * height), rows((1 - share) * height));
    }
  }
}

/**
 * Put drawn lines in their place.
 *
 * @returns null when lines that are not drawn come into sight: draw the end instead.
 */
export function settle(
  place: Place,
  viewport: IViewport,
  drawn: IDrawn
): ISettled | null {
  const { total, height, rowHeight } = viewport;
  const { first, tops } = drawn;
  const size = tops[tops.length - 1];
  const hasEnd = first + tops.length - 1 === total;
  let top = topOf(place, viewport, drawn);
  if (hasEnd && top + size < height) {
    top = height - size;
  }
  if (top > 0) {
    if (first > 0) {
      return null;
    }
    top = 0;
  }
  const isAtEnd = hasEnd && top + size <= height + 1;
  const below = tops.findIndex(each => top + each > 0);
  const row = Math.max(0, below < 0 ? tops.length - 2 : below - 1);
  const scrollHeight =
    total <= SMALL
      ? Math.max(size, height)
      : Math.max(height, Math.min(total * rowHeight, MAX_HEIGHT));
  return {
    top,
    place: { kind: 'line', line: first + row, offset: 0 - top - tops[row] },
    isAtEnd,
    scrollHeight,
    scrollTop:
      total <= SMALL
        ? 0 - top
        : shareOf(top, viewport, drawn, isAtEnd) * (scrollHeight - height)
  };
}

/** What the scroll bar points at. */
export function placeAt(
  scrollTop: number,
  scrollHeight: number,
  { total, height }: IViewport
): Place {
  if (total <= SMALL) {
    return { kind: 'line', line: 0, offset: scrollTop };
  }
  const way = scrollHeight - height;
  return { kind: 'share', share: Math.min(1, Math.max(0, scrollTop / way)) };
}

function topOf(
  place: Place,
  { total, height }: IViewport,
  { first, tops }: IDrawn
): number {
  switch (place.kind) {
    case 'end':
      return height - tops[tops.length - 1];
    case 'line': {
      const row = Math.min(place.line - first, tops.length - 2);
      return -(tops[row] + place.offset);
    }
    case 'share': {
      // So far down the log as the viewport's point at the same share of its height.
      const line = place.share * total;
      const row = Math.min(Math.floor(line) - first, tops.length - 2);
      const part = line - first - row;
      return (
        place.share * height - (tops[row] + part * (tops[row + 1] - tops[row]))
      );
    }
  }
}

/** The share at which the scroll bar points at what is on screen: the inverse of `topOf`. */
function shareOf(
  top: number,
  { total, height }: IViewport,
  { first, tops }: IDrawn,
  isAtEnd: boolean
): number {
  if (isAtEnd) {
    return 1;
  }
  const step = height / total;
  for (let row = 0; row + 1 < tops.length; row++) {
    const part =
      ((first + row) * step - (top + tops[row])) /
      (tops[row + 1] - tops[row] - step);
    if (part <= 1) {
      return Math.max(0, (first + row + part) / total);
    }
  }
  return 1;
}
