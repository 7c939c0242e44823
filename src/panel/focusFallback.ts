import * as React from 'react';

/** The handlers of the element around what can go. */
type FocusHandlers = Pick<
  React.DOMAttributes<HTMLElement>,
  'onFocus' | 'onBlur'
>;

/**
 * Keep the keyboard where it was when the element that has the focus is taken away: the browser would
 * begin anew at the top of the page.
 *
 * @param heir - the element that gets the focus then.
 */
export function useFocusHeir(heir: () => HTMLElement | null): FocusHandlers {
  const focused = React.useRef<Element | null>(null);
  React.useLayoutEffect(() => {
    const isLost =
      focused.current?.isConnected === false &&
      document.activeElement === document.body;
    if (isLost) {
      focused.current = null;
      heir()?.focus();
    }
  });
  return {
    onFocus: event => {
      focused.current = event.target;
    },
    // React does not call it for an element that it takes away.
    onBlur: () => {
      focused.current = null;
    }
  };
}
