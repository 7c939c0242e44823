import * as React from 'react';
import type { Timeline } from '../api';
import { TableAside } from '../chart/TableAside';
import { formatDuration, formatShare, formatTimeOfDay } from '../format';
import type { ILanguage } from '../format';
import { nameOf } from '../jobs/name';
import type { IReading } from './reading';

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
  return (
    <table>
      <caption>{trans.__('Periods of %1', nameOf(timeline))}</caption>
      <thead>
        <tr>
          <th scope="col">{trans.__('Period')}</th>
          <th scope="col">{trans.__('Start')}</th>
          <th scope="col">{trans.__('End')}</th>
          <th scope="col">{trans.__('Duration')}</th>
          <th scope="col">{trans.__('Of wall time')}</th>
        </tr>
      </thead>
      <tbody>
        {reading.rows.map(row => (
          <tr key={row.name}>
            <th scope="row" translate="no">
              {row.name}
            </th>
            <td>{formatTimeOfDay(row.start, locale)}</td>
            <td>
              {row.open
                ? trans.__('going on')
                : formatTimeOfDay(row.end, locale)}
            </td>
            <td>{formatDuration(row.duration, language)}</td>
            <td>{formatShare(row.share, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
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
