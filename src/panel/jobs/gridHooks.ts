import * as React from 'react';
import type { JobList } from '../list/list';

/**
 * Keep keyboard focus on the current row: when a key moved it, when rows moved, when it was deleted.
 *
 * @returns what a key that moves the current row calls before.
 */
export function useKeptFocus(
  grid: React.RefObject<HTMLElement>,
  current: number
): () => void {
  const isWanted = React.useRef(false);
  const last = React.useRef<Element | null>(null);
  React.useEffect(() => {
    // Keys may come faster than rows are drawn.
    const onFocusIn = ({ target }: FocusEvent): void => {
      last.current = target as Element;
    };
    const { current: node } = grid;
    node?.addEventListener('focusin', onFocusIn);
    return () => node?.removeEventListener('focusin', onFocusIn);
  }, [grid]);
  React.useLayoutEffect(() => {
    const { activeElement } = document;
    const isOnRow = activeElement?.parentElement === grid.current;
    // Focus falls to the body when the element that has it is taken away.
    const isLost = last.current?.isConnected === false;
    if (isWanted.current || isOnRow || isLost) {
      const row = grid.current?.querySelector<HTMLElement>(
        `[aria-rowindex="${current + 1}"]`
      );
      row?.focus({ preventScroll: true });
      isWanted.current = false;
    }
    last.current = grid.current?.contains(document.activeElement)
      ? document.activeElement
      : null;
  });
  return () => {
    isWanted.current = true;
  };
}

/** Keep rows still under the pointer, and above what has been scrolled to. */
export function useHold(
  list: JobList,
  scroller: React.RefObject<HTMLElement>
): React.HTMLAttributes<HTMLElement> {
  const pointer = React.useRef(false);
  const tell = (): void => {
    list.hold = {
      pointer: pointer.current,
      scrolled: (scroller.current?.scrollTop ?? 0) > 0
    };
  };
  React.useEffect(
    // Nobody points at rows that are gone.
    () => () => {
      list.hold = { pointer: false, scrolled: false };
    },
    [list]
  );
  const point = (isOver: boolean) => () => {
    pointer.current = isOver;
    tell();
  };
  return {
    onPointerEnter: point(true),
    onPointerLeave: point(false),
    onScroll: tell
  };
}
