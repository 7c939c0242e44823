import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import { STROKES } from './strokes';

/** Props of the part above the chart. */
export interface IMetricsHeaderProps {
  readonly metrics: readonly string[];
  readonly metric: string;
  /** Whether the chart has a line for the recorded job. */
  readonly hasRecorded: boolean;
  readonly trans: TranslationBundle;
  onSelect(metric: string): void;
}

/** The choice of the metric, and the chart's legend. */
export function MetricsHeader(props: IMetricsHeaderProps): React.JSX.Element {
  const { hasRecorded, metric, metrics, trans } = props;
  return (
    <>
      <label>
        {trans.__('Metric')}{' '}
        <HTMLSelect
          value={metric}
          options={[...metrics]}
          aria-label={trans.__('Metric')}
          translate="no"
          onChange={event => props.onSelect(event.target.value)}
        />
      </label>
      <span className="jp-Aibro-ReplayPage-keys">
        {hasRecorded && <Key job="recorded" label={trans.__('recorded')} />}
        <Key job="replayed" label={trans.__('replayed')} />
      </span>
    </>
  );
}

function Key(props: {
  readonly job: 'recorded' | 'replayed';
  readonly label: string;
}): React.JSX.Element {
  const { color, dash, width } = STROKES[props.job];
  return (
    <span>
      <svg width="28" height="10" aria-hidden="true">
        <line
          x1="0"
          y1="5"
          x2="28"
          y2="5"
          stroke={color ?? 'currentColor'}
          strokeWidth={width}
          strokeDasharray={dash === 'dash' ? '7 4' : undefined}
        />
      </svg>
      {props.label}
    </span>
  );
}
