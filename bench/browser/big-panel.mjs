/**
 * How fast the panel shows its first and its last jobs:
 * `node big-panel.mjs <url> <number of jobs>`.
 */
/* global document, KeyboardEvent */
import { withLab } from './lab.mjs';
import { addPainted } from './painted.mjs';

/**
 * Runs in the page: hold back the first request for jobs until the panel is opened, so that its
 * time is included.
 */
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

/** Runs in the page: add a helper that both measurements use. */
function addHelper() {
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
    await page.evaluate(addPainted);
    await page.evaluate(addHelper);
    return {
      first_paint: await page.evaluate(firstPaint),
      jump: await page.evaluate(jump, Number(count))
    };
  },
  page => page.addInitScript(holdJobs)
);
console.log(JSON.stringify(run));
