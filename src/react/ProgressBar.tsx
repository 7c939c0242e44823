import '../../style/progress-bar.css';
import * as React from 'react';

/** A progress bar in the colour of the state. */
export function ProgressBar(props: {
  /** What makes progress. */
  readonly label: string;
  /** The part that is done, from 0 to 1. */
  readonly share: number;
  /** What screen readers say in place of the percentage. */
  readonly words?: string;
}): React.JSX.Element {
  const percent = Math.round(100 * props.share);
  return (
    <span
      className="jp-Aibro-progressBar"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={props.words}
    >
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
