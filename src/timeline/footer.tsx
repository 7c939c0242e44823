import * as React from 'react';
import type { Timeline } from '../api';
import { TableAside } from '../chart/TableAside';
import {
  formatCount,
  formatDuration,
  formatShare,
  formatTimeOfDay
} from '../format';
import type { ILanguage } from '../format';
import { nameOf } from '../job/model/job';
import type { IPart, IReading, IRow } from './reading';

/** What stands below a chart. */
export interface IFooterProps {
  readonly timeline: Timeline;
  readonly reading: IReading;
  /** Why there is no chart. */
  readonly failure: string | null;
  readonly language: ILanguage;
  /** `null` when there is nothing to replay. */
  readonly onReplay: (() => void) | null;
}

function TimelineTable({
  timeline,
  reading,
  language
}: IFooterProps): React.JSX.Element {
  const { locale, trans } = language;
  const isRetried = reading.attempts.length > 1;
  return (
    <table>
      <caption>{trans.__('Periods of %1', nameOf(timeline))}</caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Period')}</th>
          {isRetried && <th scope="col">{trans.__('Attempt')}</th>}
          <th scope="col">{trans.__('Start')}</th>
          <th scope="col">{trans.__('End')}</th>
          <th scope="col">{trans.__('Duration')}</th>
          <th scope="col">{trans.__('Of wall time')}</th>
        </tr>
      </thead>
      <tbody>
        {reading.rows.flatMap(row =>
          linesOf(row).map(line => (
            <tr key={`${row.name} ${line.to}`}>
              <th scope="row" translate="no">
                {row.name}
              </th>
              {isRetried && <td>{numbersOf(line, language)}</td>}
              <td>{formatTimeOfDay(line.start, locale)}</td>
              <td>
                {line.open
                  ? trans.__('going on')
                  : formatTimeOfDay(line.end, locale)}
              </td>
              <td>{formatDuration(line.duration, language)}</td>
              <td>
                {formatShare(
                  reading.wallTime > 0 ? line.duration / reading.wallTime : 0,
                  language
                )}
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}

/** A period in one line, or in one for each attempt. */
function linesOf(row: IRow): readonly IPart[] {
  return row.parts.length ? row.parts : [{ ...row, from: 1, to: 1 }];
}

/** Which attempts: `2`, or `1–3`. */
function numbersOf({ from, to }: IPart, { locale }: ILanguage): string {
  return [...new Set([from, to])]
    .map(attempt => formatCount(attempt, locale))
    .join('–');
}

/** Advice, the table behind the chart, and what one can do with the timeline. */
export function TimelineFooter(props: IFooterProps): React.JSX.Element {
  const { failure, language, timeline, onReplay } = props;
  const { trans } = language;
  const { advice } = timeline;
  return (
    <>
      {advice !== null && (
        <p className="jp-Aibro-Timeline-advice" lang="en">
          {advice}
        </p>
      )}
      <TableAside
        table={<TimelineTable {...props} />}
        failure={failure}
        trans={trans}
      >
        {onReplay && (
          <button type="button" onClick={onReplay}>
            {trans.__('Replay…')}
          </button>
        )}
      </TableAside>
    </>
  );
}
