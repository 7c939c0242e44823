import { withLab } from './lab.mjs';
const [url, count] = process.argv.slice(2);
const out = await withLab(url, async page => {
  await page.waitForTimeout(500);
  await page.evaluate(() => { globalThis.jupyterapp.commands.execute('aibro:show-panel'); });
  await page.locator('.jp-Aibro-job[aria-rowindex="1"][data-job-id]').waitFor();
  await page.waitForTimeout(1000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Profiler.enable');
  await cdp.send('Profiler.setSamplingInterval', { interval: 100 });
  await page.evaluate(() => { document.querySelector('.jp-Aibro-job[aria-rowindex="1"]').focus(); });
  await page.waitForTimeout(300);
  await cdp.send('Profiler.start');
  const m = await page.evaluate(async count => {
    const frame = () => new Promise(r => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = r; c.port2.postMessage(0); }));
    const frames = []; const start = performance.now();
    document.querySelector('.jp-Aibro-job[aria-rowindex="1"]').dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));
    frames.push(['dispatched', performance.now() - start]);
    let ph = false, done = 0;
    while (!done) { await frame(); frames.push(['frame', Math.round(10 * (performance.now() - start)) / 10]);
      if (!ph && document.querySelector(`.jp-Aibro-job[aria-rowindex="${count}"]`)) { ph = true; frames.push('placeholder'); }
      if (document.querySelector(`.jp-Aibro-job[aria-rowindex="${count}"][data-job-id]`)) done = 1; }
    const res = performance.getEntriesByType('resource').filter(e => e.name.includes('aibro/api/jobs')).map(e => [Math.round(e.startTime - start), Math.round(e.requestStart - e.startTime), Math.round(e.responseStart - e.requestStart), Math.round(e.responseEnd - e.responseStart)]).at(-1);
    return { frames, res };
  }, Number(count));
  const { profile } = await cdp.send('Profiler.stop');
  const self = new Map(); const byId = new Map(profile.nodes.map(n => [n.id, n]));
  const parent = new Map(); for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id);
  const total = new Map();
  profile.samples.forEach((id, i) => { const dt = profile.timeDeltas[i] / 1000;
    const name = n => `${n.callFrame.functionName || 'anon'} ${n.callFrame.url.split('/').at(-1).slice(0, 14)}:${n.callFrame.lineNumber}:${n.callFrame.columnNumber}`;
    const k = name(byId.get(id)); self.set(k, (self.get(k) ?? 0) + dt);
    const seen = new Set(); for (let x = id; x; x = parent.get(x)) { const t = name(byId.get(x)); if (!seen.has(t)) { seen.add(t); total.set(t, (total.get(t) ?? 0) + dt); } } });
  const top = (m, n) => [...m].sort((a, b) => b[1] - a[1]).slice(0, n).map(([k, v]) => `${v.toFixed(1)} ${k}`);
  return { m, self: top(self, 14), total: top(total, 30) };
});
console.log(JSON.stringify(out, null, 1));
