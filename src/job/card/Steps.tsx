import '../../../style/job-card.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { JobCard } from '../../api';
import { stepWord, stepsOf } from './progress';
import type { StepState } from './progress';

/**
 * The marks of the steps, on a 14 × 14 grid. Their shapes differ, so that colour is not the only
 * cue.
 */
const MARKS: Readonly<Record<StepState, string>> = {
  done: 'M3.5 7.3 6 9.8 10.6 4.6',
  current: 'M7 5.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 1 1 0-3.6z',
  failed: 'm4.6 4.6 4.8 4.8m0-4.8-4.8 4.8',
  stopped: 'M4.4 7h5.2',
  ahead: ''
};

/** The substatuses of a job as a row of steps. */
export const Steps = React.memo(function Steps({
  card,
  trans
}: {
  readonly card: JobCard;
  readonly trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <ol className="jp-Aibro-Card-steps" aria-label={trans.__('Steps')}>
      {stepsOf(card).map(({ name, state }) => {
        const isHere = state !== 'done' && state !== 'ahead';
        return (
          <li
            key={name}
            data-state={state}
            aria-current={state === 'current' ? 'step' : undefined}
            title={trans.__('%1: %2', name, stepWord(state, trans))}
          >
            <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
              <circle cx="7" cy="7" r="6" />
              <path d={MARKS[state]} />
            </svg>
            <span className={isHere ? 'jp-mod-here' : undefined}>
              <span translate="no">{name}</span>
              <span className="jp-Aibro-forReaders">
                {`: ${stepWord(state, trans)}`}
              </span>
            </span>
          </li>
        );
      })}
    </ol>
  );
});
