import { Signal } from '@lumino/signaling';
import type { IThemeManager } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { SpecObserver, installBrowser } from '../../jest/browser';
import { Chart } from './chart';
import type { IDrawing, PlotlyModule } from './chart';

installBrowser();
// jsdom draws nothing; texts are measured by their length then.
jest
  .spyOn(HTMLCanvasElement.prototype, 'getContext')
  .mockImplementation(() => null);

/** As high as it says and as wide as there is room. */
function drawing(height: number): IDrawing {
  return {
    height: () => height,
    figure: ({ width }) => ({ data: [], layout: { width } })
  };
}

let chart: Chart;
let themeChanged: Signal<object, unknown>;
/** What plotly.js was told, one word a call. */
let calls: string[];
let loads: number;
let broken: Error | null;

function setWidth(width: number): void {
  Object.defineProperty(chart.node, 'clientWidth', {
    configurable: true,
    value: width
  });
  SpecObserver.report(chart.node);
}

/** Let frames and promises under way come to their end. */
async function settle(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) {
    await new Promise(requestAnimationFrame);
  }
}

beforeEach(() => {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockImplementation(() => null);
  calls = [];
  loads = 0;
  broken = null;
  themeChanged = new Signal<object, unknown>({});
  const plotly = {
    react: (_: HTMLElement, __: unknown, layout: { width: number }) => {
      calls.push(`draw ${layout.width}`);
      return broken ? Promise.reject(broken) : Promise.resolve();
    },
    purge: () => calls.push('purge')
  } as unknown as PlotlyModule;
  chart = new Chart({
    themeManager: { themeChanged } as unknown as IThemeManager,
    load: () => {
      loads += 1;
      return Promise.resolve(plotly);
    }
  });
  setWidth(600);
});

afterEach(() => {
  chart.dispose();
});

async function seen(): Promise<void> {
  Widget.attach(chart, document.body);
  SpecObserver.report(chart.node);
  await settle();
}

describe('a chart', () => {
  it('loads and draws nothing before it is attached', async () => {
    chart.draw(drawing(300), 'A chart');
    await settle();
    expect([loads, calls]).toEqual([0, []]);
  });

  it('keeps its height and loads nothing while it is off the screen', async () => {
    chart.draw(drawing(300), 'A chart');
    Widget.attach(chart, document.body);
    await settle();
    expect(loads).toBe(0);
    expect(chart.node.style.height).toBe('300px');
  });

  it('waits until it is wide enough', async () => {
    setWidth(20);
    chart.draw(drawing(300), 'A chart');
    await seen();
    expect(calls).toEqual([]);
    setWidth(500);
    await settle();
    expect(calls).toEqual(['draw 500']);
  });

  it('is drawn once for all that happens within a frame', async () => {
    chart.draw(drawing(200), 'A chart');
    chart.draw(drawing(300), 'A chart');
    await seen();
    expect(calls).toEqual(['draw 600']);
  });

  it('is drawn anew for another width, theme or timeline, and for nothing else', async () => {
    chart.draw(drawing(300), 'A chart');
    await seen();
    SpecObserver.report(chart.node);
    await settle();
    expect(calls).toHaveLength(1);
    setWidth(700);
    await settle();
    expect(calls).toHaveLength(2);
    themeChanged.emit(undefined);
    await settle();
    expect(calls).toHaveLength(3);
    chart.draw(drawing(301), 'A chart');
    await settle();
    expect(calls).toHaveLength(4);
    expect(loads).toBe(1);
  });

  it('catches up when it has its room back that it lost during a change of theme', async () => {
    chart.draw(drawing(300), 'A chart');
    await seen();
    setWidth(0);
    themeChanged.emit(undefined);
    await settle();
    expect(calls).toEqual(['draw 600']);
    setWidth(600);
    await settle();
    expect(calls).toEqual(['draw 600', 'draw 600']);
  });

  it('catches up when it comes back onto the screen', async () => {
    chart.draw(drawing(300), 'A chart');
    await seen();
    SpecObserver.report(chart.node, false);
    chart.draw(drawing(200), 'A chart');
    await settle();
    expect(calls).toHaveLength(1);
    SpecObserver.report(chart.node);
    await settle();
    expect(calls).toHaveLength(2);
  });

  it('is kept when a windowed notebook takes it out, and purged when it goes', async () => {
    chart.draw(drawing(300), 'A chart');
    await seen();
    Widget.detach(chart);
    expect(calls).not.toContain('purge');
    expect(SpecObserver.all.size).toBe(0);
    await seen();
    chart.dispose();
    expect(calls.at(-1)).toBe('purge');
  });

  it('says when plotly.js fails', async () => {
    broken = new Error('Loading chunk 459 failed');
    const failed = jest.fn();
    chart.failed.connect(failed);
    chart.draw(drawing(300), 'A chart');
    await seen();
    expect(failed).toHaveBeenCalledTimes(1);
    expect(chart.failure).toBe('Loading chunk 459 failed');
    expect(chart.isHidden).toBe(true);
  });
});
