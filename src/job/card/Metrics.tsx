import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { JobCard } from '../../api';
import { formatCount, formatMetric, inNaturalOrder } from '../../format';
import { sparkline } from './sparkline';

const SPARKLINE = { width: 120, height: 34 };

/** What the metrics of a card are. */
export interface IMetricsProps {
  readonly card: JobCard;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** The latest metrics, as many as there is room for and how many more there are, and the course of one. */
export function Metrics({
  card,
  locale,
  trans
}: IMetricsProps): React.JSX.Element {
  const { job, metric, values } = card;
  const { width, height } = SPARKLINE;
  const { end, path } = sparkline(values, width, height);
  const [first, last] = [values.at(0), values.at(-1)].map(value =>
    formatMetric(value ?? null, locale)
  );
  const list = React.useRef<HTMLDListElement>(null);
  const hidden = useWrapped(list);
  return (
    <div className="jp-Aibro-Card-metrics">
      <dl ref={list}>
        {inNaturalOrder(Object.keys(job.metrics)).map(name => (
          <div key={name}>
            <dt translate="no">{name}</dt>
            <dd>{formatMetric(job.metrics[name], locale)}</dd>
          </div>
        ))}
      </dl>
      {hidden > 0 && (
        <span className="jp-Aibro-Card-more">
          {trans._n(
            'and %2 more',
            'and %2 more',
            hidden,
            formatCount(hidden, locale)
          )}
        </span>
      )}
      {metric !== null && end && (
        <svg
          className="jp-Aibro-Card-sparkline"
          width={width}
          height={height}
          role="img"
          aria-label={trans.__('%1 by epoch: %2 to %3', metric, first, last)}
        >
          <title>
            {trans.__('%1 by epoch: %2 to %3', metric, first, last)}
          </title>
          <path d={path} />
          <circle cx={end[0]} cy={end[1]} r="2.2" />
        </svg>
      )}
    </div>
  );
}

/** How many children of a list are not in its first line, which is all that is seen of it. */
function useWrapped(list: React.RefObject<HTMLElement | null>): number {
  const [wrapped, setWrapped] = React.useState(0);
  const count = React.useCallback(() => {
    const tops = [...(list.current?.children ?? [])].map(child =>
      Math.round(child.getBoundingClientRect().top)
    );
    setWrapped(tops.filter(top => top > tops[0]).length);
  }, [list]);
  // Whatever was rendered may take another width.
  React.useLayoutEffect(count);
  React.useEffect(() => {
    const observer = new ResizeObserver(count);
    if (list.current) {
      observer.observe(list.current);
    }
    return () => observer.disconnect();
  }, [list, count]);
  return wrapped;
}
