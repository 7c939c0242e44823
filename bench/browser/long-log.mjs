/**
 * How long the log viewer takes for a log: `node long-log.mjs <url> <job id> <number of lines>`.
 */
/* global document, HTMLInputElement, KeyboardEvent, requestAnimationFrame */
import { withLab } from './lab.mjs';

/** Runs in the page: add helpers that all measurements use. */
function addHelpers() {
  const scroller = () => document.querySelector('.jp-Aibro-log-scroller');
  /** Whether this line and its text are visible. */
  const shows = index => {
    const row = scroller()?.querySelector(`[data-line="${index}"]`);
    if (!row?.textContent) {
      return false;
    }
    const [line, view] = [row, scroller()].map(element =>
      element.getBoundingClientRect()
    );
    return line.bottom > view.top && line.top < view.bottom;
  };
  const timed = async (act, isThere) => {
    const start = performance.now();
    act();
    await new Promise(resolve => {
      const look = () => (isThere() ? resolve() : requestAnimationFrame(look));
      look();
    });
    return performance.now() - start;
  };
  /** Drag the scroll bar to a position from 0 to 1. */
  const drag = share => {
    const { clientHeight, scrollHeight } = scroller();
    scroller().scrollTop = share * (scrollHeight - clientHeight);
  };
  globalThis.longest = 0;
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) {
      globalThis.longest = Math.max(globalThis.longest, duration);
    }
  }).observe({ type: 'longtask' });
  Object.assign(globalThis, { drag, scroller, shows, timed });
}

async function open([jobId, count]) {
  const { jupyterapp, shows, timed } = globalThis;
  return timed(
    () => void jupyterapp.commands.execute('aibro:show-log', { jobId }),
    () => shows(count - 1)
  );
}

async function look(count) {
  const { drag, scroller, shows, timed } = globalThis;
  const key = (target, init) =>
    target.dispatchEvent(
      new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })
    );
  const to_start = await timed(
    () => key(scroller(), { key: 'Home' }),
    () => shows(0)
  );
  const to_middle = await timed(
    () => drag(0.5),
    () => shows(count / 2)
  );
  const elements = scroller().querySelectorAll('[data-line]').length;
  const searchInput = () =>
    document.querySelector('.jp-Aibro-log-search input');
  await timed(() => key(scroller(), { key: 'f', ctrlKey: true }), searchInput);
  const input = searchInput();
  // React overrides the setter on the element itself, so call the prototype's.
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(
    input,
    `Epoch ${count - 1}/`
  );
  const found = await timed(
    () => input.dispatchEvent(new Event('input', { bubbles: true })),
    () => shows(count - 1) && document.querySelector('mark.jp-mod-current')
  );
  // Scroll through the whole log, so that the viewer's cache is as full as it gets.
  for (let share = 0; share <= 1; share += 0.01) {
    const line = Math.round(share * (count - 1));
    await timed(
      () => drag(share),
      () => shows(line)
    );
  }
  return { to_start, to_middle, found, elements };
}

const [url, jobId, lines] = process.argv.slice(2);
// `reset`: without the log that the page before left open.
const run = await withLab(`${url}&reset`, async page => {
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize;
  };
  await page.evaluate(addHelpers);
  const before = await heap();
  const opened = await page.evaluate(open, [jobId, Number(lines)]);
  const seen = await page.evaluate(look, Number(lines));
  const longest_task = await page.evaluate(() => globalThis.longest);
  return { opened, ...seen, longest_task, heap: (await heap()) - before };
});
console.log(JSON.stringify(run));
