import * as React from 'react';
import type { JobCard } from '../../api';
import { formatAbout } from '../../format';
import type { ILanguage } from '../../format';
import { ProgressBar } from '../../react/ProgressBar';
import { epochWords, secondsLeft } from '../card/progress';
import { progressShare } from '../model/job';

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
  return (
    <div className="jp-Aibro-JobPage-progress">
      <span>{words}</span>
      {left !== null && (
        <span className="jp-Aibro-JobPage-left">
          {trans.__('about %1 left', formatAbout(left, language))}
        </span>
      )}
      <ProgressBar
        label={trans.__('Training')}
        share={progressShare(job)}
        words={words}
      />
    </div>
  );
}
