import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What stands below a chart. */
export interface ITableAsideProps {
  /** The values of the chart. */
  readonly table: React.ReactNode;
  /** True to show the table to everybody; screen readers always have it. */
  readonly isShown: boolean;
  /** Why there is no chart, which the table stands in for then. */
  readonly failure: string | null;
  readonly trans: TranslationBundle;
  onToggle(): void;
  /** What else can be done. */
  readonly children?: React.ReactNode;
}

/** The table behind a chart, and the button that shows it. */
export function TableAside(props: ITableAsideProps): React.JSX.Element {
  const { children, failure, isShown, table, trans } = props;
  return (
    <>
      {failure !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {trans.__('The chart could not be drawn: %1', failure)}
        </p>
      )}
      <div
        className={
          isShown || failure !== null
            ? 'jp-Aibro-chart-table'
            : 'jp-Aibro-unseen'
        }
      >
        {table}
      </div>
      <div className="jp-Aibro-chart-actions" data-lm-suppress-shortcuts>
        {failure === null && (
          <button
            type="button"
            aria-expanded={isShown}
            onClick={() => props.onToggle()}
          >
            {isShown ? trans.__('Hide table') : trans.__('Show as table')}
          </button>
        )}
        {children}
      </div>
    </>
  );
}
