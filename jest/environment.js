const { TestEnvironment } = require('jest-environment-jsdom');

// Globals that every browser has and jsdom lacks, taken from Node.
const FROM_NODE = [
  'fetch',
  'Headers',
  'Request',
  'Response',
  'ReadableStream',
  'TextDecoder',
  'TextEncoder',
  'TransformStream',
  'structuredClone'
];

// jsdom has its own versions of these, but Node's `fetch` accepts only Node's.
const FETCH_COMPANIONS = ['AbortController', 'AbortSignal', 'Blob', 'File'];

/** A layout observer that never reports anything, because jsdom has no layout. */
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

/** jsdom with the browser globals that JupyterLab needs. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    const window = this.global;
    for (const name of FROM_NODE) {
      window[name] ??= globalThis[name];
    }
    for (const name of FETCH_COMPANIONS) {
      window[name] = globalThis[name];
    }
    window.DragEvent ??= class DragEvent extends window.MouseEvent {};
    window.PointerEvent ??= class PointerEvent extends window.MouseEvent {};
    window.IntersectionObserver ??= Observer;
    window.ResizeObserver ??= Observer;
    window.matchMedia ??= media => ({
      media,
      matches: false,
      addEventListener() {},
      removeEventListener() {},
      // Deprecated, but JupyterLab's toolbar components still call it.
      addListener() {},
      removeListener() {}
    });
    if (!window.navigator.clipboard) {
      let text = '';
      window.navigator.clipboard = {
        readText: async () => text,
        writeText: async value => void (text = value)
      };
    }
    window.cancelIdleCallback ??= window.clearTimeout;
    window.requestIdleCallback ??= callback =>
      window.setTimeout(callback, 0, {
        didTimeout: false,
        timeRemaining: () => 50
      });
    window.Element.prototype.scrollTo ??= () => {};
    window.Element.prototype.scrollIntoView ??= () => {};
  }
};
