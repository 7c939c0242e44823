import '../../style/timeline.css';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import type * as React from 'react';
import { Chart } from '../chart/chart';
import { Part } from '../chart/part';
import type { ILanguage } from '../format';
import { SnapshotFeed } from '../output/feed';
import type { FeedState, ISnapshotSource } from '../output/feed';
import type { ISnapshotView } from '../output/renderer';
import { followVisibility } from '../output/visibility';
import type { IJobs } from '../tokens';

/** The least time between two drawings of an open period that grows, in ms. */
const TICK = 1000;
/** The part of the time that such drawings may take, for many charts may be visible at once. */
const SHARE = 0.005;

/** What a timeline needs of the application, and what it can do without. */
export interface ITimelineServices extends ILanguage {
  readonly commands: CommandRegistry;
  readonly jobs: IJobs | null;
  readonly themeManager: IThemeManager | null;
}

/** Where the snapshots of a view come from and how they are read. */
export interface IChartViewOptions<T, R> extends ITimelineServices {
  readonly source: ISnapshotSource<T>;
  /** What a snapshot says at a moment, in seconds since the epoch. */
  readonly readAt: (snapshot: T, now: number) => R;
}

/**
 * A snapshot as a chart between a header and a footer, up to date until its jobs end.
 *
 * Whoever extends it calls `refresh` when it is made.
 */
export abstract class ChartView<T, R>
  extends Panel
  implements ISnapshotView<T>
{
  constructor(snapshot: T, options: IChartViewOptions<T, R>) {
    super();
    this.addClass('jp-Aibro-Timeline');
    this._readAt = options.readAt;
    this._feed = new SnapshotFeed(snapshot, options.source, options.jobs);
    this._feed.changed.connect(this.refresh, this);
    this._reading = this._readAt(snapshot, this._feed.now);
    this._chart = new Chart(options);
    this._chart.addClass('jp-Aibro-Timeline-chart');
    this._chart.failed.connect(this.refresh, this);
    this._header = new Part('jp-Aibro-Timeline-header', () =>
      this.renderHeader()
    );
    this._footer = new Part('jp-Aibro-Timeline-footer', () =>
      this.renderFooter()
    );
    this.addWidget(this._header);
    this.addWidget(this._chart);
    this.addWidget(this._footer);
    this._wait();
    followVisibility(this, isVisible => {
      this._feed.isVisible = isVisible;
    });
  }

  /** Emitted once, when the jobs ended while they were followed. */
  get ended(): ISignal<unknown, T> {
    return this._feed.ended;
  }

  /** Show another snapshot, keeping what the reader chose. */
  draw(snapshot: T): void {
    this._feed.take(snapshot);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearTimeout(this._clock);
    this._feed.dispose();
    super.dispose();
  }

  protected abstract plot(chart: Chart): void;
  protected abstract renderHeader(): React.JSX.Element;
  protected abstract renderFooter(): React.JSX.Element;

  protected get snapshot(): T {
    return this._feed.snapshot;
  }

  /** What the snapshot says at the moment of the last drawing. */
  protected get reading(): R {
    return this._reading;
  }

  protected get state(): FeedState {
    return this._feed.state;
  }

  /** Why there is no chart. */
  protected get failure(): string | null {
    return this._chart.failure;
  }

  /** Draw everything again. */
  protected refresh(): void {
    this._reading = this._readAt(this.snapshot, this._feed.now);
    this.plot(this._chart);
    this._header.update();
    this._footer.update();
  }

  private _wait(): void {
    const pause = Math.max(TICK, this._chart.cost / SHARE);
    this._clock = setTimeout(() => {
      if (this.state.kind === 'live' && this._chart.onScreen) {
        this.refresh();
      }
      this._wait();
    }, pause);
  }

  private readonly _readAt: (snapshot: T, now: number) => R;
  private readonly _feed: SnapshotFeed<T>;
  private readonly _header: Part;
  private readonly _chart: Chart;
  private readonly _footer: Part;
  private _clock: ReturnType<typeof setTimeout> | undefined;
  private _reading: R;
}
