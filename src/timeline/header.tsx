import * as React from 'react';
import type { Timeline } from '../api';
import { formatDuration, formatRecent } from '../format';
import type { ILanguage } from '../format';
import { nameOf } from '../job/model/job';
import { jobLook } from '../job/model/status';
import type { FeedState } from '../output/feed';
import { noteOf } from '../output/note';
import { attemptWords } from './attempts';
import type { ChartKind } from './figure';
import { idleTime, isIdleWorthAWord } from './reading';
import type { IReading } from './reading';

/** What the line above a chart shows. */
export interface IHeaderProps {
  readonly timeline: Timeline;
  readonly reading: IReading;
  readonly state: FeedState;
  readonly type: ChartKind;
  readonly language: ILanguage;
  onSelect(type: ChartKind): void;
}

/** Title line, choice of the chart, and what there is to say about the job. */
export function TimelineHeader(props: IHeaderProps): React.JSX.Element {
  const { timeline, reading, language, type, onSelect } = props;
  const { locale, trans } = language;
  const { description, job_id, status, substatus, reason } = timeline;
  const moment = formatRecent(timeline.as_of, Date.now() / 1000, locale);
  const note = noteOf(props.state, moment, trans);
  const idle = idleTime(reading);
  const attempt = reading.attempts.at(-1);
  // Red is for errors alone.
  const kind =
    jobLook(timeline).className === 'jp-mod-failed' ? 'error' : undefined;
  const charts: readonly [ChartKind, string][] = [
    ['funnel', trans.__('Funnel')],
    ['pie', trans.__('Pie')],
    ['time-axis', trans.__('Time axis')]
  ];
  return (
    <>
      <div className="jp-Aibro-Timeline-title">
        <span
          className="jp-Aibro-Timeline-description"
          translate="no"
          title={description ? `${description}\n${job_id}` : job_id}
        >
          {nameOf(timeline)}
        </span>
        <span
          className="jp-Aibro-Timeline-wall"
          title={trans.__(
            'Wall time, from the call to the end. Periods may overlap, so theirs can add up to more.'
          )}
        >
          {formatDuration(reading.wallTime, language)}
        </span>
        {isIdleWorthAWord(idle, reading.wallTime) && (
          <span
            className="jp-Aibro-Timeline-idle"
            title={trans.__(
              'Time in which no period went on; shaded on the time axis'
            )}
          >
            {trans.__('%1 idle', formatDuration(idle, language))}
          </span>
        )}
        {attempt !== undefined && attempt.to > 1 && (
          <span
            className="jp-Aibro-Timeline-attempt"
            title={trans.__(
              'The machine was taken away, and the job went on with another one'
            )}
          >
            {attemptWords({ from: attempt.to, to: attempt.to }, language)}
          </span>
        )}
        <span
          className="jp-Aibro-Timeline-status"
          translate="no"
          data-status={status}
          data-kind={kind}
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
      {reason !== null && (
        <p className="jp-Aibro-Timeline-reason" data-kind={kind} lang="en">
          {reason}
        </p>
      )}
      {note !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {note}
        </p>
      )}
    </>
  );
}
