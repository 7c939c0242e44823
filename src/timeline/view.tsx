import type { IThemeManager } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import type { Timeline } from '../api';
import { Chart } from '../chart/chart';
import { Part } from '../chart/part';
import { SnapshotFeed } from '../output/feed';
import { CommandIDs } from '../tokens';
import type { IJobs } from '../tokens';
import { timelineDrawing } from './figure';
import type { ChartKind } from './figure';
import { TimelineFooter } from './footer';
import { formatDuration, formatShare } from './format';
import { TimelineHeader } from './header';
import { readTimeline } from './reading';
import type { IReading } from './reading';
import { TIMELINES } from './source';

/** How often an open period grows, in ms. */
const TICK = 1000;

/** What a timeline needs of the application, and what it can do without. */
export interface ITimelineServices {
  readonly trans: TranslationBundle;
  readonly commands: CommandRegistry;
  readonly jobs: IJobs | null;
  readonly themeManager: IThemeManager | null;
}

/** A timeline as people see it: title, chart, table, actions; up to date until the job ends. */
export class TimelineView extends Panel {
  /** @param type - what is shown first: what the timeline says unless told. */
  constructor(
    timeline: Timeline,
    services: ITimelineServices,
    type: ChartKind = timeline.char_type
  ) {
    super();
    this.addClass('jp-Aibro-Timeline');
    this._services = services;
    this._type = type;
    this._feed = this._follow(timeline);
    this._reading = readTimeline(timeline, this._feed.now);
    this._chart = new Chart(services);
    this._chart.addClass('jp-Aibro-Timeline-chart');
    this._chart.failed.connect(this._onFailed, this);
    // One image to a screen reader, which has the table for the values.
    this._chart.node.setAttribute('role', 'img');
    this._header = new Part('jp-Aibro-Timeline-header', () =>
      this._renderHeader()
    );
    this._footer = new Part('jp-Aibro-Timeline-footer', () =>
      this._renderFooter()
    );
    this.addWidget(this._header);
    this.addWidget(this._chart);
    this.addWidget(this._footer);
    this._clock = setInterval(() => this._onTick(), TICK);
    this._refresh();
  }

  /** Emitted once when the job ended while this timeline was followed. */
  get ended(): ISignal<this, Timeline> {
    return this._ended;
  }

  get timeline(): Timeline {
    return this._feed.snapshot;
  }

  /** Show another snapshot, keeping what the reader chose. */
  draw(timeline: Timeline): void {
    if (!this._feed.take(timeline)) {
      this._feed.dispose();
      this._feed = this._follow(timeline);
      this._refresh();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearInterval(this._clock);
    this._feed.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  private _follow(timeline: Timeline): SnapshotFeed<Timeline> {
    const feed = new SnapshotFeed(timeline, TIMELINES, this._services.jobs);
    feed.changed.connect(this._refresh, this);
    feed.ended.connect((_, last) => this._ended.emit(last));
    return feed;
  }

  private _onTick(): void {
    if (this._feed.state.kind === 'live' && this._chart.onScreen) {
      this._refresh();
    }
  }

  private _onFailed(_: Chart, error: Error): void {
    this._failure = error.message;
    this._chart.hide();
    this._refresh();
  }

  private _refresh(): void {
    this._reading = readTimeline(this._feed.snapshot, this._feed.now);
    this._chart.node.setAttribute('aria-label', this._summary());
    this._chart.draw(
      timelineDrawing(this._type, this._reading, this._services.trans)
    );
    this._header.update();
    this._footer.update();
  }

  private _summary(): string {
    const { trans } = this._services;
    const { rows, wallTime } = this._reading;
    const { status } = this.timeline;
    const whole = formatDuration(wallTime);
    const longest = [...rows].sort((a, b) => b.duration - a.duration).at(0);
    const start = {
      funnel: trans.__('Funnel of %1: %2, %3.', this._name, whole, status),
      pie: trans.__('Pie of %1: %2, %3.', this._name, whole, status),
      'time-axis': trans.__(
        'Time axis of %1: %2, %3.',
        this._name,
        whole,
        status
      )
    }[this._type];
    return longest
      ? `${start} ${trans.__(
          'Longest period: %1, %2, %3 of the wall time.',
          longest.name,
          formatDuration(longest.duration),
          formatShare(longest.share)
        )}`
      : start;
  }

  private get _name(): string {
    return this.timeline.description || this.timeline.job_id;
  }

  private _renderHeader(): React.JSX.Element {
    return (
      <TimelineHeader
        timeline={this.timeline}
        reading={this._reading}
        state={this._feed.state}
        type={this._type}
        trans={this._services.trans}
        onSelect={type => {
          this._type = type;
          this._refresh();
        }}
      />
    );
  }

  private _renderFooter(): React.JSX.Element {
    const { commands, trans } = this._services;
    const jobId = this.timeline.job_id;
    const replayable =
      this._reading.ended && commands.hasCommand(CommandIDs.replay);
    return (
      <TimelineFooter
        reading={this._reading}
        title={this._name}
        advice={this.timeline.advice}
        tableShown={this._tableShown || this._failure !== null}
        failure={this._failure}
        trans={trans}
        onToggleTable={() => {
          this._tableShown = !this._tableShown;
          this._footer.update();
        }}
        onReplay={
          replayable
            ? () => void commands.execute(CommandIDs.replay, { jobId })
            : null
        }
      />
    );
  }

  private readonly _services: ITimelineServices;
  private readonly _ended = new Signal<this, Timeline>(this);
  private readonly _header: Part;
  private readonly _chart: Chart;
  private readonly _footer: Part;
  private readonly _clock: ReturnType<typeof setInterval>;
  private _feed: SnapshotFeed<Timeline>;
  private _type: ChartKind;
  private _reading: IReading;
  private _tableShown = false;
  private _failure: string | null = null;
}
