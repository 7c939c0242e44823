/**
 * How long outputs take to appear: `node drawing.mjs <url> <notebook> <times>`.
 *
 * The outputs are put into the notebook's first cell. Standard input is JSON: the MIME bundles by
 * name (the first word of a name is its kind), and the URL of plotly.js for the comparison.
 */
/* global document */
import { text } from 'node:stream/consumers';

import { openNotebook, withLab } from './lab.mjs';
import { addPainted } from './painted.mjs';

/** Runs in the page: put an output into the cell, and wait until it is visible. */
async function show([data, selector]) {
  const { jupyterapp, painted } = globalThis;
  const { outputs } = jupyterapp.shell.currentWidget.content.widgets[0].model;
  outputs.clear();
  const start = performance.now();
  const done = painted(() => document.querySelector(selector));
  outputs.add({ output_type: 'display_data', metadata: {}, data });
  await done;
  return performance.now() - start;
}

/**
 * Runs in the page: draw the chart on screen with plotly.js alone, loading plotly.js first if
 * necessary.
 */
async function plot(source) {
  const { painted } = globalThis;
  const shown = document.querySelector('.jp-Aibro-chart');
  const [data, layout] = structuredClone([shown.data, shown.layout]);
  const node = document.createElement('div');
  node.className = 'bench-plot';
  const start = performance.now();
  if (!globalThis.Plotly) {
    await new Promise((resolve, reject) => {
      const script = document.createElement('script');
      Object.assign(script, { src: source, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  const done = painted(() => document.querySelector('.bench-plot .trace path'));
  document.body.append(node);
  await globalThis.Plotly.newPlot(node, data, layout, {
    displayModeBar: false
  });
  await done;
  const taken = performance.now() - start;
  globalThis.Plotly.purge(node);
  node.remove();
  return taken;
}

/** Runs in the page: the time from the click on the time axis until its bars are visible. */
async function switchToTimeAxis() {
  const { painted } = globalThis;
  const start = performance.now();
  const done = painted(() =>
    document.querySelector('.jp-Aibro-chart .barlayer .trace path')
  );
  document
    .querySelector('.jp-Aibro-Timeline-switch button:last-of-type')
    .click();
  await done;
  return performance.now() - start;
}

/** Selectors of what each kind of output has drawn. */
const SELECTORS = {
  card: '.jp-Aibro-Card',
  html: '.jp-RenderedHTML table',
  chart: '.jp-Aibro-chart .trace path'
};

const [url, notebook, times] = process.argv.slice(2);
const { bundles, plotly } = JSON.parse(await text(process.stdin));
const runs = {};
await withLab(`${url}&reset`, async page => {
  await openNotebook(page, notebook);
  await page.locator('.jp-Cell').first().waitFor();
  // Wait for whatever JupyterLab still loads after its start.
  await page.waitForLoadState('networkidle');
  await page.evaluate(addPainted);
  const note = (name, taken) => (runs[name] ??= []).push(taken);
  for (let time = 0; time < Number(times); time++) {
    for (const [name, bundle] of Object.entries(bundles)) {
      const kind = name.split(' ')[0];
      note(name, await page.evaluate(show, [bundle, SELECTORS[kind]]));
      if (kind === 'chart') {
        note(`plotly ${name}`, await page.evaluate(plot, plotly));
      }
    }
    note('chart time axis', await page.evaluate(switchToTimeAxis));
    note('plotly chart time axis', await page.evaluate(plot, plotly));
  }
});
console.log(JSON.stringify(runs));
