/**
 * The places of lines in a viewport that shows a few of very many.
 *
 * Browsers cannot make an element as high as a log is long, and the heights of wrapped lines are not
 * known before they are drawn. So only the lines on screen are drawn and measured; the scroll bar
 * represents all lines as if each had one row.
 */
import type { ISpan } from './cache';

/** What the viewport is to show. */
export type Place =
  /** The end of the log, also when lines are added. */
  | { readonly kind: 'end' }
  /** The top of the viewport is `offset` pixels below the top of a line. */
  | { readonly kind: 'line'; readonly line: number; readonly offset: number }
  /** The position of the scroll bar, from 0 at the top to 1. */
  | { readonly kind: 'share'; readonly share: number };

/** The dimensions of a viewport, in pixels. */
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
  /** The topmost line on screen and how much of it is above the viewport. */
  readonly place: Place & { readonly kind: 'line' };
  readonly isAtEnd: boolean;
  /** The height of the scrolled content, as the scroll bar represents it. */
  readonly scrollHeight: number;
  readonly scrollTop: number;
}

/** A log of at most so many lines is drawn as a whole. */
const SMALL = 400;

/** The height in pixels that every browser can give an element. */
const MAX_HEIGHT = 8_000_000;

/** Whether scrolling by a pixel moves the text by a pixel. */
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
      // The log cannot be scrolled above its beginning.
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
 * @returns null when lines that are not drawn would be visible: draw the end instead.
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

/** The line and offset that a position of the scroll bar stands for. */
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

/** The position of the scroll bar for what is on screen: the inverse of `topOf`. */
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
