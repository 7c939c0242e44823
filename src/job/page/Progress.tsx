import * as React from 'react';
import type { JobCard } from '../../api';
import { formatAbout } from '../../format';
import type { ILanguage } from '../../format';
import { epochWords, progressShare, secondsLeft } from '../card/progress';

/** How far the training is, and how long it will still take. */
export function Progress({
  card,
  now,
  language
}: {
  readonly card: JobCard;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly language: ILanguage;
}): React.JSX.Element {
  const { trans } = language;
  const { job } = card;
  const words = epochWords(job, language);
  const left = secondsLeft(card, now);
  const percent = Math.floor(100 * progressShare(job));
  return (
    <div className="jp-Aibro-JobPage-progress">
      <span>{words}</span>
      {left !== null && (
        <span className="jp-Aibro-JobPage-left">
          {trans.__('about %1 left', formatAbout(left, language))}
        </span>
      )}
      <span
        className="jp-Aibro-JobPage-bar"
        role="progressbar"
        aria-label={trans.__('Training')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
      >
        <span style={{ width: `${percent}%` }} />
      </span>
    </div>
  );
}
