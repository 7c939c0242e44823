/** Reading the layout of what was drawn. */

/** The top of every row below that of the first, and the bottom of the last, in pixels. */
export function topsOf(rows: HTMLElement): number[] {
  const base = rows.getBoundingClientRect().top;
  const tops = Array.from(
    rows.children,
    row => row.getBoundingClientRect().top - base
  );
  return [...tops, rows.getBoundingClientRect().height];
}

/** Whether all of a row is on screen. */
export function isWithin(row: Element, view: Element): boolean {
  const [inner, outer] = [row, view].map(each => each.getBoundingClientRect());
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
}

/** Bring the current hit into sight once its line is there: `done` takes the pixels left to scroll. */
export function showHit(
  view: HTMLElement,
  rows: HTMLElement,
  done: (offset: number) => void
): void {
  const mark = rows.querySelector('mark.jp-mod-current');
  if (!mark) {
    return;
  }
  const [hit, frame] = [mark, view].map(each => each.getBoundingClientRect());
  const right = frame.left + view.clientWidth;
  if (hit.left < frame.left || hit.right > right) {
    view.scrollLeft += hit.left - frame.left - view.clientWidth / 2;
  }
  const isVisible =
    hit.top >= frame.top && hit.bottom <= frame.top + view.clientHeight;
  done(isVisible ? 0 : hit.top - frame.top - view.clientHeight / 3);
}
