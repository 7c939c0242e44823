import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { TableAside } from '../chart/TableAside';
import { formatDuration, formatMoment, formatShare } from './format';
import type { IReading } from './reading';

/** What stands below a chart. */
export interface IFooterProps {
  readonly reading: IReading;
  readonly title: string;
  /** How the next such job saves time; `null` when there is nothing to say. */
  readonly advice: string | null;
  /** True to show the table to everybody; screen readers always have it. */
  readonly tableShown: boolean;
  /** Why there is no chart. */
  readonly failure: string | null;
  readonly trans: TranslationBundle;
  onToggleTable(): void;
  /** `null` when there is nothing to replay. */
  readonly onReplay: (() => void) | null;
}

function TimelineTable({
  reading,
  title,
  trans
}: IFooterProps): React.JSX.Element {
  return (
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
  );
}

/** Advice, the table behind the chart, and what one can do with the timeline. */
export function TimelineFooter(props: IFooterProps): React.JSX.Element {
  const { advice, tableShown, failure, trans, onReplay } = props;
  return (
    <>
      {advice !== null && <p className="jp-Aibro-Timeline-advice">{advice}</p>}
      <TableAside
        table={<TimelineTable {...props} />}
        isShown={tableShown}
        failure={failure}
        trans={trans}
        onToggle={() => props.onToggleTable()}
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
