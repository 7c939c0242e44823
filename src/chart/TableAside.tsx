import '../../style/chart.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What is shown below a chart. */
export interface ITableAsideProps {
  /** The values of the chart. */
  readonly table: React.ReactNode;
  /** Why there is no chart; the table is shown in its place. */
  readonly failure: string | null;
  readonly trans: TranslationBundle;
  /** What else can be done. */
  readonly children?: React.ReactNode;
}

/** The table behind a chart, which screen readers always have, and the button that shows it to everybody. */
export function TableAside(props: ITableAsideProps): React.JSX.Element {
  const { children, failure, table, trans } = props;
  const [isShown, setShown] = React.useState(false);
  return (
    <>
      {failure !== null && (
        <p className="jp-Aibro-Timeline-note" role="status">
          {trans.__('The chart could not be drawn: %1', failure)}
        </p>
      )}
      <TableBox isShown={isShown || failure !== null} trans={trans}>
        {table}
      </TableBox>
      <div className="jp-Aibro-chart-actions" data-lm-suppress-shortcuts>
        {failure === null && (
          <button
            type="button"
            aria-expanded={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? trans.__('Hide table') : trans.__('Show as table')}
          </button>
        )}
        {children}
      </div>
    </>
  );
}

/** The table; when it is too wide it can be focused, for only then can the keyboard scroll it. */
function TableBox(props: {
  readonly isShown: boolean;
  readonly trans: TranslationBundle;
  readonly children: React.ReactNode;
}): React.JSX.Element {
  const { children, isShown, trans } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const [isWide, setWide] = React.useState(false);
  React.useEffect(() => {
    const { current } = box;
    if (!isShown || !current) {
      setWide(false);
      return undefined;
    }
    const observer = new ResizeObserver(() =>
      setWide(current.scrollWidth > current.clientWidth)
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [isShown]);
  return (
    <div
      ref={box}
      className={isShown ? 'jp-Aibro-chart-table' : 'jp-Aibro-forReaders'}
      {...(isWide && {
        tabIndex: 0,
        role: 'region',
        'aria-label': trans.__('Table'),
        'data-lm-suppress-shortcuts': true
      })}
    >
      {children}
    </div>
  );
}
