import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { JobCard } from '../../api';
import { formatMetric, inNaturalOrder } from '../../format';
import { sparkline } from './sparkline';

const SPARKLINE = { width: 120, height: 34 };

/** Props of the metrics of a card. */
export interface IMetricsProps {
  readonly card: JobCard;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/**
 * The latest metrics, as many as fit, and a sparkline of one of them. Says so when some are left
 * out.
 */
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
  const isCut = useIsCut(list);
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
      {/* No number here: a saved card contains only as many metrics as it can show. */}
      {isCut && (
        <span className="jp-Aibro-Card-more">{trans.__('and more')}</span>
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

/** Whether a list is taller than its box, so that a part of it is hidden. */
function useIsCut(list: React.RefObject<HTMLElement | null>): boolean {
  const [isCut, setCut] = React.useState(false);
  const measure = React.useCallback(() => {
    const { current } = list;
    setCut(current !== null && current.scrollHeight > current.clientHeight);
  }, [list]);
  // Measure after every render: new content may have a different width.
  React.useLayoutEffect(measure);
  React.useEffect(() => {
    const observer = new ResizeObserver(measure);
    if (list.current) {
      observer.observe(list.current);
    }
    return () => observer.disconnect();
  }, [list, measure]);
  return isCut;
}
