import * as React from 'react';
import type { JobList } from '../list/list';

/**
 * Keep the keyboard focus on the current row: when a key makes another row the current one, when rows
 * move, and when the row is deleted.
 *
 * @returns to be called when a key is about to make another row the current one.
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
    // When the focused element is removed, the browser gives the focus to the body.
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

/** Keep rows from moving while the pointer is over the list or the list is scrolled. */
export function useHold(
  list: JobList,
  scroller: React.RefObject<HTMLElement>
): React.HTMLAttributes<HTMLElement> {
  const pointer = React.useRef(false);
  const update = (): void => {
    list.hold = {
      pointer: pointer.current,
      scrolled: (scroller.current?.scrollTop ?? 0) > 0
    };
  };
  React.useEffect(
    // Without the grid there is neither pointer nor scroll position.
    () => () => {
      list.hold = { pointer: false, scrolled: false };
    },
    [list]
  );
  const setPointer = (isOver: boolean) => () => {
    pointer.current = isOver;
    update();
  };
  return {
    onPointerEnter: setPointer(true),
    onPointerLeave: setPointer(false),
    onScroll: update
  };
}
