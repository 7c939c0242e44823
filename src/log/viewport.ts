import * as React from 'react';
import type { IViewport } from './geometry';

/** Height of a row where the style sheet cannot be asked, in pixels. */
const ROW_HEIGHT = 17;

/** The dimensions of the viewport, now and whenever they change. */
export function useViewport(
  scroller: React.RefObject<HTMLElement>,
  block: React.RefObject<HTMLElement>,
  total: number
): IViewport {
  const [size, setSize] = React.useState({ height: 0, rowHeight: ROW_HEIGHT });
  React.useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) {
      return undefined;
    }
    const measure = (): void => {
      const style = block.current && getComputedStyle(block.current);
      const rowHeight = parseFloat(style?.lineHeight ?? '') || ROW_HEIGHT;
      const height = view.clientHeight;
      // A hidden viewport keeps the last dimensions.
      if (height > 0) {
        setSize(old =>
          old.height === height && old.rowHeight === rowHeight
            ? old
            : { height, rowHeight }
        );
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(view);
    return () => observer.disconnect();
  }, [scroller, block]);
  return { ...size, total };
}

/** Scroll by the pixels of the wheel where the scroll bar represents more than its own height. */
export function useWheel(
  scroller: React.RefObject<HTMLElement>,
  isNative: boolean,
  moveBy: (pixels: number) => void
): void {
  React.useEffect(() => {
    const view = scroller.current;
    if (!view || isNative) {
      return undefined;
    }
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.shiftKey || event.deltaY === 0) {
        return;
      }
      event.preventDefault();
      const unit = [1, ROW_HEIGHT, view.clientHeight][event.deltaMode] ?? 1;
      view.scrollLeft += event.deltaX * unit;
      moveBy(event.deltaY * unit);
    };
    // A listener of React's is passive and could not keep the browser from scrolling.
    view.addEventListener('wheel', onWheel, { passive: false });
    return () => view.removeEventListener('wheel', onWheel);
  }, [scroller, isNative, moveBy]);
}

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

/** Scroll to the current hit once its line is drawn; `done` gets the pixels that are left to scroll down. */
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
