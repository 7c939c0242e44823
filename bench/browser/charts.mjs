/**
 * What a notebook full of outputs costs: `node charts.mjs <url> <notebook> <rounds>`.
 *
 * Scrolls to the end of the notebook and back, twice, then clears all outputs. Loads the saved
 * outputs and clears them again `rounds` times.
 */
/* global requestAnimationFrame, requestIdleCallback */
import { openNotebook, withLab } from './lab.mjs';

/** Scrolling speed in px per second: a screenful every quarter of a second. */
const SPEED = 3200;

/** Runs in the page: record when frames are drawn. */
function watchFrames() {
  const frames = [];
  const look = at => {
    frames.push(at);
    if (globalThis.frames === frames) {
      requestAnimationFrame(look);
    }
  };
  globalThis.frames = frames;
  requestAnimationFrame(look);
}

/** Runs in the page: the time from each frame to the next, in ms. */
function takeFrames() {
  const { frames } = globalThis;
  globalThis.frames = null;
  return frames.slice(1).map((at, index) => at - frames[index]);
}

const [url, notebook, rounds] = process.argv.slice(2);
const run = await withLab(`${url}&reset`, async page => {
  const session = await page.context().newCDPSession(page);

  /** The memory in use after garbage collection. */
  const memory = async () => {
    // Removed objects are released in steps: wait for an idle moment, then collect, three times.
    for (let time = 0; time < 3; time++) {
      await page.evaluate(
        () => new Promise(resolve => requestIdleCallback(resolve))
      );
      await session.send('HeapProfiler.collectGarbage');
    }
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const { nodes } = await session.send('Memory.getDOMCounters');
    return { heap: usedSize, nodes };
  };

  /**
   * Scroll with the mouse wheel to the end of the notebook or back; returns the durations of the
   * frames.
   */
  const scroll = async direction => {
    const scroller = page.locator('.jp-WindowedPanel-outer');
    const { x, y, width, height } = await scroller.boundingBox();
    const frames = [];
    let isThere = false;
    while (!isThere) {
      const distance = await scroller.evaluate(
        ({ scrollHeight, clientHeight, scrollTop }, down) =>
          down ? scrollHeight - clientHeight - scrollTop : scrollTop,
        direction > 0
      );
      isThere = distance < 1;
      if (!isThere) {
        await page.evaluate(watchFrames);
        await session.send('Input.synthesizeScrollGesture', {
          x: x + width / 2,
          y: y + height / 2,
          yDistance: -direction * distance,
          speed: SPEED,
          gestureSourceType: 'mouse'
        });
        frames.push(...(await page.evaluate(takeFrames)));
      }
    }
    return frames;
  };

  const clear = () =>
    page.evaluate(() =>
      globalThis.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')
    );

  const before = await memory();
  await openNotebook(page, notebook);
  await page.locator('.jp-OutputArea-output').first().waitFor();
  const first = [...(await scroll(1)), ...(await scroll(-1))];
  const again = await scroll(1);
  const open = await memory();
  await clear();
  const cleared = [await memory()];
  for (let round = 0; round < Number(rounds); round++) {
    await page.evaluate(() =>
      globalThis.jupyterapp.shell.currentWidget.context.revert()
    );
    await page.locator('.jp-OutputArea-output').first().waitFor();
    await scroll(1);
    await clear();
    cleared.push(await memory());
  }
  return { first, again, before, open, cleared };
});
console.log(JSON.stringify(run));
