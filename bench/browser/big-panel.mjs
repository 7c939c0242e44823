/**
 * How fast the panel shows its first jobs and its last: `node big-panel.mjs <url> <number of jobs>`.
 */
/* global document, KeyboardEvent, MutationObserver, requestAnimationFrame */
import { withLab } from './lab.mjs';

/** In the page: hold the first request for jobs back until the panel is opened, so that its time counts. */
function holdJobs() {
  const { fetch } = globalThis;
  const opened = new Promise(resolve => {
    globalThis.letGo = resolve;
  });
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input.url ?? input, globalThis.location.href);
    if (pathname.endsWith('/aibro/api/jobs')) {
      globalThis.isHeld = true;
      await opened;
    }
    return fetch(input, init);
  };
}

/** In the page: helpers that both measurements use. */
function addHelpers() {
  /** Settles when something is there and the frame that shows it has been drawn. */
  globalThis.painted = isThere =>
    new Promise(resolve => {
      const drawn = () =>
        requestAnimationFrame(() => {
          // A message comes after the drawing, which comes after this.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
      const observer = new MutationObserver(() => {
        if (isThere()) {
          observer.disconnect();
          drawn();
        }
      });
      observer.observe(document.body, {
        attributes: true,
        childList: true,
        subtree: true
      });
    });
  globalThis.rowOf = index =>
    document.querySelector(
      `.jp-Aibro-job[aria-rowindex="${index}"][data-job-id]`
    );
}

async function firstPaint() {
  const { jupyterapp, letGo, painted, rowOf } = globalThis;
  const start = performance.now();
  const done = painted(() => rowOf(1));
  letGo();
  void jupyterapp.commands.execute('aibro:show-panel');
  await done;
  return performance.now() - start;
}

async function jump(count) {
  const { painted, rowOf } = globalThis;
  const focused = painted(() => rowOf(1) === document.activeElement);
  rowOf(1).focus();
  await focused;
  const start = performance.now();
  const done = painted(() => rowOf(count));
  rowOf(1).dispatchEvent(
    new KeyboardEvent('keydown', { key: 'End', bubbles: true })
  );
  await done;
  return performance.now() - start;
}

const [url, count] = process.argv.slice(2);
const run = await withLab(
  url,
  async page => {
    await page.waitForFunction(() => globalThis.isHeld);
    await page.evaluate(addHelpers);
    return {
      first_paint: await page.evaluate(firstPaint),
      jump: await page.evaluate(jump, Number(count))
    };
  },
  page => page.addInitScript(holdJobs)
);
console.log(JSON.stringify(run));
