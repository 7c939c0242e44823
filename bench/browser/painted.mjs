/* global document, MutationObserver, requestAnimationFrame */

/**
 * Runs in the page: `painted(isThere)` resolves when `isThere` holds and the frame that shows it is
 * drawn.
 */
export function addPainted() {
  const drawn = resolve =>
    requestAnimationFrame(() => {
      // The callback runs before the frame is drawn; a message posted here is handled after it.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
  globalThis.painted = isThere =>
    new Promise(resolve => {
      const observer = new MutationObserver(() => {
        if (isThere()) {
          observer.disconnect();
          drawn(resolve);
        }
      });
      observer.observe(document.body, {
        attributes: true,
        childList: true,
        subtree: true
      });
    });
}
