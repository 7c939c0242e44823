/* global document, MutationObserver, requestAnimationFrame */

/** In the page: `painted(isThere)` settles when something is there and the frame that shows it has been drawn. */
export function addPainted() {
  const drawn = resolve =>
    requestAnimationFrame(() => {
      // A message comes after the drawing, which comes after this.
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
