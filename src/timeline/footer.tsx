import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatDuration, formatMoment, formatShare } from './format';
import type { IReading } from './reading';

/** What stands below a chart. */
export interface IFooterProps {
  readonly reading: IReading;
  readonly title: string;
  /** True to show the table to everybody; screen readers always have it. */
  readonly tableShown: boolean;
  /** Said when the table stands in for the chart. */
  readonly failure: string | null;
  readonly trans: TranslationBundle;
  onToggleTable(): void;
  /** `null` when there is nothing to replay. */
  readonly onReplay: (() => void) | null;
}

function TimelineTable({
  reading,
  title,
  tableShown,
  trans
}: IFooterProps): React.JSX.Element {
  return (
    <div className={tableShown ? 'jp-Aibro-chart-table' : 'jp-Aibro-unseen'}>
      <table>
        <caption>{trans.__('Periods of %1', title)}</caption>
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
              <th scope="row">{row.name}</th>
              <td>{formatMoment(row.start)}</td>
              <td>{row.open ? trans.__('going on') : formatMoment(row.end)}</td>
              <td>{formatDuration(row.duration)}</td>
              <td>{formatShare(row.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The table behind the chart, and what one can do with the timeline. */
export function TimelineFooter(props: IFooterProps): React.JSX.Element {
  const { tableShown, failure, trans, onReplay, onToggleTable } = props;
  return (
    <>
      {failure !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {trans.__('The chart could not be drawn: %1', failure)}
        </p>
      )}
      <TimelineTable {...props} />
      <div className="jp-Aibro-chart-actions" data-lm-suppress-shortcuts>
        {failure === null && (
          <button
            type="button"
            aria-expanded={tableShown}
            onClick={onToggleTable}
          >
            {tableShown ? trans.__('Hide table') : trans.__('Show as table')}
          </button>
        )}
        {onReplay && (
          <button type="button" onClick={onReplay}>
            {trans.__('Replay…')}
          </button>
        )}
      </div>
    </>
  );
}
