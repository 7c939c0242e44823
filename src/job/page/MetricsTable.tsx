import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Epoch } from '../../api';
import { formatCount, formatExact } from '../../format';

/** The most epochs that the table shows; older ones are left out. */
const MAX_ROWS = 500;

/** Props of the table behind the chart. */
export interface IMetricsTableProps {
  readonly epochs: readonly Epoch[];
  readonly names: readonly string[];
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** A table of every metric in every epoch. */
export const MetricsTable = React.memo(function MetricsTable({
  epochs,
  names,
  trans,
  locale
}: IMetricsTableProps): React.JSX.Element {
  const rows = epochs.slice(-MAX_ROWS);
  return (
    <>
      {rows.length < epochs.length && (
        <p className="jp-Aibro-JobPage-note">
          {trans.__(
            'The last %1 of %2 epochs',
            formatCount(rows.length, locale),
            formatCount(epochs.length, locale)
          )}
        </p>
      )}
      <table>
        <caption>{trans.__('Metrics of each epoch')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Epoch')}</th>
            {names.map(name => (
              <th key={name} scope="col" translate="no">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ epoch, metrics }) => (
            <tr key={epoch}>
              <th scope="row">{formatCount(epoch, locale)}</th>
              {names.map(name => (
                <td key={name}>{formatExact(metrics[name], locale)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
});
