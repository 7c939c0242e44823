import type { Selection } from '../list/selection';

/** The modifiers that mouse and keyboard events share. */
interface IModifiers {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

const IS_MAC = /Mac OS/i.test(navigator.userAgent);

function isAccel(event: IModifiers): boolean {
  return IS_MAC ? event.metaKey : event.ctrlKey;
}

/** Change the selection when a mouse button is pressed on a row. */
export function selectByMouse(
  selection: Selection,
  index: number,
  event: IModifiers & { readonly button: number }
): void {
  const opensMenu = event.button === 2 || (IS_MAC && event.ctrlKey);
  if (opensMenu && selection.includes(index)) {
    // The menu is for all selected rows.
    selection.move(index);
  } else if (event.shiftKey && !opensMenu) {
    selection.extend(index);
  } else if (isAccel(event) && !opensMenu) {
    selection.toggle(index);
  } else {
    selection.choose(index);
  }
}

/**
 * Change the selection when a key is pressed on a row.
 *
 * @param page - how many rows a page has.
 * @param length - how many rows the list has.
 * @returns whether the key means anything here.
 */
export function selectByKey(
  selection: Selection,
  page: number,
  length: number,
  event: IModifiers & { readonly key: string }
): boolean {
  const target = keyTarget(event.key, selection.current, page, length);
  if (target !== null) {
    const index = Math.max(0, Math.min(length - 1, target));
    if (event.shiftKey) {
      selection.extend(index);
    } else if (isAccel(event)) {
      selection.move(index);
    } else {
      selection.choose(index);
    }
  } else if (event.key === ' ') {
    selection.toggle(selection.current);
  } else if (event.key === 'a' && isAccel(event)) {
    selection.chooseAll();
  } else if (event.key === 'Escape' && selection.size > 1) {
    selection.choose(selection.current);
  } else {
    return false;
  }
  return true;
}

/** The row that a key leads to, which may be outside of the list; `null` for other keys. */
function keyTarget(
  key: string,
  row: number,
  page: number,
  length: number
): number | null {
  switch (key) {
    case 'ArrowDown':
      return row + 1;
    case 'ArrowUp':
      return row - 1;
    case 'PageDown':
      return row + page;
    case 'PageUp':
      return row - page;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}
