import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';
import * as React from 'react';
import type { TimelineDiff } from '../../api';
import { Chart } from '../../chart/chart';
import { Part } from '../../chart/part';
import { TableAside } from '../../chart/TableAside';
import { SnapshotFeed } from '../../output/feed';
import type { ITimelineServices } from '../view';
import { diffDrawing } from './figure';
import { DiffHeader, DiffTable } from './parts';
import type { IDiffProps } from './parts';
import { readDiff } from './reading';
import type { IDiffReading } from './reading';
import { DIFFS } from './source';
import { nameOf } from './words';

/** How often an open period grows, in ms. */
const TICK = 1000;

/** Two jobs period by period, up to date until both end. */
export class DiffView extends Panel {
  constructor(
    diff: TimelineDiff,
    private readonly _services: ITimelineServices
  ) {
    super();
    this.addClass('jp-Aibro-Timeline');
    this.addClass('jp-Aibro-Diff');
    this._feed = this._follow(diff);
    this._reading = readDiff(diff, this._feed.now);
    this._chart = new Chart(_services);
    this._chart.failed.connect(this._onFailed, this);
    // One image to a screen reader, which has the table for the values.
    this._chart.node.setAttribute('role', 'img');
    this._header = new Part('jp-Aibro-Diff-header', () => (
      <DiffHeader {...this._props} />
    ));
    this._footer = new Part('jp-Aibro-Timeline-footer', () =>
      this._renderFooter()
    );
    this.addWidget(this._header);
    this.addWidget(this._chart);
    this.addWidget(this._footer);
    this._clock = setInterval(() => this._onTick(), TICK);
    this._refresh();
  }

  /** Emitted once when both jobs had ended while they were followed. */
  get ended(): ISignal<this, TimelineDiff> {
    return this._ended;
  }

  /** Show another snapshot, keeping what the reader chose. */
  draw(diff: TimelineDiff): void {
    if (!this._feed.take(diff)) {
      this._feed.dispose();
      this._feed = this._follow(diff);
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

  private _follow(diff: TimelineDiff): SnapshotFeed<TimelineDiff> {
    const feed = new SnapshotFeed(diff, DIFFS, this._services.jobs);
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
    const { trans } = this._services;
    const { first, second, sentence } = this._feed.snapshot;
    this._reading = readDiff(this._feed.snapshot, this._feed.now);
    this._chart.node.setAttribute(
      'aria-label',
      trans.__(
        '%1 and %2, period by period. %3',
        nameOf(first),
        nameOf(second),
        sentence
      )
    );
    this._chart.draw(diffDrawing(this._reading, trans));
    this._header.update();
    this._footer.update();
  }

  private get _props(): IDiffProps {
    const { snapshot, state } = this._feed;
    const { trans } = this._services;
    return { diff: snapshot, reading: this._reading, state, trans };
  }

  private _renderFooter(): React.JSX.Element {
    return (
      <TableAside
        table={<DiffTable {...this._props} />}
        isShown={this._tableShown}
        failure={this._failure}
        trans={this._services.trans}
        onToggle={() => {
          this._tableShown = !this._tableShown;
          this._footer.update();
        }}
      />
    );
  }

  private readonly _ended = new Signal<this, TimelineDiff>(this);
  private readonly _header: Part;
  private readonly _chart: Chart;
  private readonly _footer: Part;
  private readonly _clock: ReturnType<typeof setInterval>;
  private _feed: SnapshotFeed<TimelineDiff>;
  private _reading: IDiffReading;
  private _tableShown = false;
  private _failure: string | null = null;
}
