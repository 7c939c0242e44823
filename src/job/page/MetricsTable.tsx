import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Epoch } from '../../api';
import { numberWords } from './numbers';

/** So many epochs stand in the table: the newest ones. */
const MAX_ROWS = 500;

/** What stands behind the chart. */
export interface IMetricsTableProps {
  readonly epochs: readonly Epoch[];
  readonly names: readonly string[];
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** Every metric of every epoch. */
export const MetricsTable = React.memo(function MetricsTable({
  epochs,
  names,
  trans,
  locale
}: IMetricsTableProps): React.JSX.Element {
  const words = numberWords(locale);
  const rows = epochs.slice(-MAX_ROWS);
  return (
    <>
      {rows.length < epochs.length && (
        <p className="jp-Aibro-JobPage-note">
          {trans.__('The last %1 of %2 epochs', rows.length, epochs.length)}
        </p>
      )}
      <table>
        <caption>{trans.__('Metrics of each epoch')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Epoch')}</th>
            {names.map(name => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ epoch, metrics }) => (
            <tr key={epoch}>
              <th scope="row">{epoch}</th>
              {names.map(name => (
                <td key={name}>{words(metrics[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
});
