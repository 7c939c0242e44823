import * as React from 'react';
import type { Timeline } from '../api';
import type { Chart } from '../chart/chart';
import { formatDuration, formatShare } from '../format';
import { nameOf } from '../job/model/job';
import { CommandIDs } from '../tokens';
import { ChartView } from './chartView';
import type { ITimelineServices } from './chartView';
import { timelineDrawing } from './figure';
import type { ChartKind } from './figure';
import { TimelineFooter } from './footer';
import { TimelineHeader } from './header';
import { readTimeline } from './reading';
import type { IReading } from './reading';
import { TIMELINES } from './source';

/** A timeline as people see it: title, chart, table, actions; up to date until the job ends. */
export class TimelineView extends ChartView<Timeline, IReading> {
  /** @param _type - what is shown first: what the timeline says unless told. */
  constructor(
    timeline: Timeline,
    private readonly _services: ITimelineServices,
    private _type: ChartKind = timeline.char_type
  ) {
    super(timeline, { ..._services, source: TIMELINES, readAt: readTimeline });
    this.refresh();
  }

  protected override plot(chart: Chart): void {
    chart.draw(
      timelineDrawing(this._type, this.reading, this._services),
      this._summary()
    );
  }

  private _summary(): string {
    const { trans } = this._services;
    const { rows, wallTime } = this.reading;
    const { status } = this.snapshot;
    const name = nameOf(this.snapshot);
    const whole = formatDuration(wallTime, this._services);
    const longest = [...rows].sort((a, b) => b.duration - a.duration).at(0);
    const start = {
      funnel: trans.__('Funnel of %1: %2, %3.', name, whole, status),
      pie: trans.__('Pie of %1: %2, %3.', name, whole, status),
      'time-axis': trans.__('Time axis of %1: %2, %3.', name, whole, status)
    }[this._type];
    return longest
      ? `${start} ${trans.__(
          'Longest period: %1, %2, %3 of the wall time.',
          longest.name,
          formatDuration(longest.duration, this._services),
          formatShare(longest.share, this._services)
        )}`
      : start;
  }

  protected override renderHeader(): React.JSX.Element {
    return (
      <TimelineHeader
        timeline={this.snapshot}
        reading={this.reading}
        state={this.state}
        type={this._type}
        language={this._services}
        onSelect={type => {
          this._type = type;
          this.refresh();
        }}
      />
    );
  }

  protected override renderFooter(): React.JSX.Element {
    const { commands } = this._services;
    const { job_id: jobId } = this.snapshot;
    const isReplayable =
      this.reading.ended && commands.hasCommand(CommandIDs.replay);
    return (
      <TimelineFooter
        timeline={this.snapshot}
        reading={this.reading}
        failure={this.failure}
        language={this._services}
        onReplay={
          isReplayable
            ? () => void commands.execute(CommandIDs.replay, { jobId })
            : null
        }
      />
    );
  }
}
