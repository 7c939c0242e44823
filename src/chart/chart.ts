import '../../style/chart.css';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import type { Config, Data, Layout } from 'plotly.js';
import { messageOf } from '../format';
import { readCanvas } from './canvas';
import type { ICanvas } from './canvas';
import type * as plotlyModule from './plotly';
import { drawTexts, textLayer } from './texts';
import type { IText } from './texts';

/** What `import('./plotly')` brings. */
export type PlotlyModule = typeof plotlyModule;

/** Below this width, in px, nothing is drawn: the panel is collapsed, or the layout unfinished. */
const MIN_WIDTH = 120;

const CONFIG: Partial<Config> = {
  displayModeBar: false,
  doubleClick: false,
  responsive: false,
  scrollZoom: false,
  showSendToCloud: false,
  showTips: false
};

/** What `Plotly.react` draws, and the texts around it. */
export interface IFigure {
  readonly data: Data[];
  readonly layout: Partial<Layout>;
  readonly texts?: readonly IText[];
}

/** What a chart shows, for whatever room and theme there are when it is drawn. */
export interface IDrawing {
  /** In px, known before plotly.js is there. */
  height(canvas: ICanvas): number;
  figure(canvas: ICanvas): IFigure;
}

/** How a chart is made. */
export interface IChartOptions {
  readonly themeManager: IThemeManager | null;
  /** Brings plotly.js; a dynamic import unless told. */
  readonly load?: () => Promise<PlotlyModule>;
}

/**
 * A chart drawn by plotly.js.
 *
 * It draws when it is attached, wide enough and on the screen, and only when what it shows, its
 * width or the theme changed. Its height is set before plotly.js is loaded, so nothing jumps.
 */
export class Chart extends Widget {
  constructor(options: IChartOptions) {
    super();
    this.addClass('jp-Aibro-chart');
    // For a screen reader it is one image; the values are in the table.
    this.node.setAttribute('role', 'img');
    this.node.append(this._texts);
    this._load =
      options.load ??
      (() =>
        // Fetched together with the chunk that uses it, run at the first drawing.
        import(
          /* webpackChunkName: 'plotly', webpackPreload: true */ './plotly'
        ));
    options.themeManager?.themeChanged.connect(this._invalidate, this);
    this._resizes = new ResizeObserver(() => this._onResize());
    this._visibility = new IntersectionObserver(entries => {
      this._onScreen = entries[entries.length - 1].isIntersecting;
      // At once: the observer reports after a frame, and what is drawn now is in the next one.
      void this._drawIfNeeded();
    });
  }

  /** Emitted when plotly.js could not be loaded or could not draw. */
  get failed(): ISignal<this, void> {
    return this._failed;
  }

  /** What plotly.js failed with; nothing is drawn from then on. */
  get failure(): string | null {
    return this._failure;
  }

  /** How long plotly.js took to draw it last, in ms. */
  get cost(): number {
    return this._cost;
  }

  /** Whether the chart is visible. */
  get onScreen(): boolean {
    return this.isAttached && this._onScreen;
  }

  /**
   * Draw this as soon as the chart is visible.
   *
   * @param label - what it shows, in words.
   */
  draw(drawing: IDrawing, label: string): void {
    this.node.setAttribute('aria-label', label);
    this._drawing = drawing;
    this._invalidate();
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    if (this._frame !== null) {
      cancelAnimationFrame(this._frame);
    }
    this._resizes.disconnect();
    this._visibility.disconnect();
    this._plotly?.purge(this.node);
    Signal.clearData(this);
    super.dispose();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this._resizes.observe(this.node);
    this._visibility.observe(this.node);
    this._invalidate();
  }

  protected override onBeforeDetach(msg: Message): void {
    this._resizes.disconnect();
    this._visibility.disconnect();
    this._onScreen = false;
    super.onBeforeDetach(msg);
  }

  private _onResize(): void {
    this._stale ||= this.node.clientWidth !== this._width;
    // Also when there is room again after a time without, as during a change of theme.
    this._schedule();
  }

  private _invalidate(): void {
    this._stale = true;
    this._schedule();
  }

  /** One drawing a frame at most, however many reasons there are. */
  private _schedule(): void {
    if (this._frame !== null || this.isDisposed || !this._stale) {
      return;
    }
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      void this._drawIfNeeded();
    });
  }

  private async _drawIfNeeded(): Promise<void> {
    const drawing = this._drawing;
    if (!drawing || !this._stale || !this.isAttached || this._isBusy) {
      return;
    }
    const width = this.node.clientWidth;
    if (width < MIN_WIDTH) {
      return;
    }
    const canvas = readCanvas(this.node, width);
    this.node.style.height = `${drawing.height(canvas)}px`;
    if (!this._onScreen) {
      return;
    }
    this._stale = false;
    this._width = width;
    this._isBusy = true;
    try {
      const plotly = (this._plotly ??= await this._load());
      if (this.isDisposed) {
        return;
      }
      const { data, layout, texts = [] } = drawing.figure(canvas);
      const start = performance.now();
      drawTexts(this._texts, texts);
      await plotly.react(this.node, data, layout, CONFIG);
      this._cost = performance.now() - start;
    } catch (error) {
      this._failure = messageOf(error);
      this.hide();
      this._failed.emit();
    } finally {
      this._isBusy = false;
      this._schedule();
    }
  }

  private readonly _load: () => Promise<PlotlyModule>;
  private readonly _texts = textLayer();
  private readonly _failed = new Signal<this, void>(this);
  private readonly _resizes: ResizeObserver;
  private readonly _visibility: IntersectionObserver;
  private _failure: string | null = null;
  private _drawing: IDrawing | null = null;
  private _plotly: PlotlyModule | null = null;
  private _frame: number | null = null;
  private _onScreen = false;
  private _stale = false;
  private _isBusy = false;
  private _width = 0;
  private _cost = 0;
}
