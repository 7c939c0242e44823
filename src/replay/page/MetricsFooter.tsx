import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Difference } from '../../api';
import { TableAside } from '../../chart/TableAside';
import { isDifferent, valueWords } from './series';
import type { ISeries } from './series';

/** The most epochs that the table shows; older ones are left out. */
const MAX_ROWS = 500;

/** Props of the part below the chart. */
export interface IMetricsFooterProps {
  /** Null until one of the two jobs has ended an epoch. */
  readonly series: ISeries | null;
  readonly differences: readonly Difference[];
  /** Why the chart could not be drawn; the table is then shown in its place. */
  readonly failure: string | null;
  readonly trans: TranslationBundle;
}

/** The table behind the chart, and the differences between the two environments. */
export function MetricsFooter(props: IMetricsFooterProps): React.JSX.Element {
  const { differences, failure, series, trans } = props;
  return (
    <>
      {series && (
        <TableAside
          table={<MetricTable series={series} trans={trans} />}
          failure={failure}
          trans={trans}
        />
      )}
      {differences.length > 0 && (
        <Differences differences={differences} trans={trans} />
      )}
    </>
  );
}

const MetricTable = React.memo(function MetricTable(props: {
  readonly series: ISeries;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { series, trans } = props;
  const { metric, points } = series;
  const rows = points.slice(-MAX_ROWS);
  return (
    <>
      {rows.length < points.length && (
        <p className="jp-Aibro-ReplayPage-note">
          {trans.__('The last %1 of %2 epochs', rows.length, points.length)}
        </p>
      )}
      <table>
        <caption>{trans.__('%1 of each epoch', metric)}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Epoch')}</th>
            <th scope="col">{trans.__('Recorded')}</th>
            <th scope="col">{trans.__('Replayed')}</th>
            <th scope="col">{trans.__('Weights')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(point => (
            <tr
              key={point.epoch}
              className={isDifferent(point) ? 'jp-mod-different' : undefined}
            >
              <th scope="row">{point.epoch}</th>
              <td>{valueWords(point.recorded)}</td>
              <td>{valueWords(point.replayed)}</td>
              <td>{weightsWords(point.sameWeights, trans)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
});

function weightsWords(same: boolean | null, trans: TranslationBundle): string {
  return same === null ? '' : same ? trans.__('the same') : trans.__('differ');
}

function Differences(props: {
  readonly differences: readonly Difference[];
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  const { differences, trans } = props;
  const titleId = React.useId();
  return (
    <section
      className="jp-Aibro-ReplayPage-differences"
      aria-labelledby={titleId}
    >
      <h2 id={titleId}>{trans.__('What differs between the two runs')}</h2>
      <div className="jp-Aibro-chart-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col">{trans.__('Recorded')}</th>
              <th scope="col">{trans.__('Replayed')}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ name, recorded, current }) => (
              <tr key={name}>
                <th scope="row" translate="no">
                  {name}
                </th>
                <td translate={recorded === null ? undefined : 'no'}>
                  {recorded ?? trans.__('missing')}
                </td>
                <td translate={current === null ? undefined : 'no'}>
                  {current ?? trans.__('missing')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
