import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ChartType, Timeline } from '../api';
import type { FeedState } from './feed';
import { formatClock, formatDuration } from './format';
import type { IReading } from './reading';

/** What the line above a chart shows. */
export interface IHeaderProps {
  readonly timeline: Timeline;
  readonly reading: IReading;
  readonly state: FeedState;
  readonly type: ChartType;
  readonly trans: TranslationBundle;
  onSelect(type: ChartType): void;
}

/** What a reader has to know about a timeline that is not kept up to date; nothing when it is. */
function noteOf({ state, timeline, trans }: IHeaderProps): string | null {
  const moment = formatClock(timeline.as_of, Date.now() / 1000);
  switch (state.kind) {
    case 'ended':
    case 'live':
      return null;
    case 'snapshot':
      return trans.__('as of %1', moment);
    case 'gone':
      return trans.__('as of %1; the job is not here any more', moment);
    case 'failed':
      return trans.__('as of %1; %2', moment, state.message);
  }
}

/** Title line, choice of the chart, and what there is to say about the job. */
export function TimelineHeader(props: IHeaderProps): React.JSX.Element {
  const { timeline, reading, trans, type, onSelect } = props;
  const { description, job_id, status, substatus, reason } = timeline;
  const note = noteOf(props);
  const charts: readonly [ChartType, string][] = [
    ['funnel', trans.__('Funnel')],
    ['pie', trans.__('Pie')]
  ];
  return (
    <>
      <div className="jp-Aibro-Timeline-title">
        <span
          className="jp-Aibro-Timeline-description"
          title={description ? `${description}\n${job_id}` : job_id}
        >
          {description || job_id}
        </span>
        <span
          className="jp-Aibro-Timeline-wall"
          title={trans.__(
            'Wall time, from the call to the end. Periods may overlap, so theirs can add up to more.'
          )}
        >
          {formatDuration(reading.wallTime)}
        </span>
        <span
          className="jp-Aibro-Timeline-status"
          data-status={status}
          title={substatus}
        >
          {status}
        </span>
      </div>
      <div
        className="jp-Aibro-Timeline-switch"
        role="group"
        aria-label={trans.__('Chart')}
        data-lm-suppress-shortcuts
      >
        {charts.map(([value, label]) => (
          <button
            key={value}
            type="button"
            aria-pressed={value === type}
            onClick={() => onSelect(value)}
          >
            {label}
          </button>
        ))}
      </div>
      {reason !== null && <p className="jp-Aibro-Timeline-reason">{reason}</p>}
      {note !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {note}
        </p>
      )}
    </>
  );
}
