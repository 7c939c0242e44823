import * as React from 'react';

/** Handlers for the element that contains what may be removed. */
type FocusHandlers = Pick<
  React.DOMAttributes<HTMLElement>,
  'onFocus' | 'onBlur'
>;

/**
 * Move the focus to another element when the focused one is removed: the browser would begin again at
 * the top of the page.
 *
 * @param fallback - returns the element that gets the focus then.
 */
export function useFocusFallback(
  fallback: () => HTMLElement | null
): FocusHandlers {
  const focused = React.useRef<Element | null>(null);
  React.useLayoutEffect(() => {
    const isLost =
      focused.current?.isConnected === false &&
      document.activeElement === document.body;
    if (isLost) {
      focused.current = null;
      fallback()?.focus();
    }
  });
  return {
    onFocus: event => {
      focused.current = event.target;
    },
    // React does not call this for an element that it removes.
    onBlur: () => {
      focused.current = null;
    }
  };
}
