import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { JobCard } from '../../api';
import { formatClock, formatMoment } from '../../format';
import type { FeedState } from '../../output/feed';
import { noteOf } from '../../output/note';
import { verdictWord } from '../../replay/verdict';
import { useAnnouncements } from '../model/announcer';
import { hasEnded, nameOf } from '../model/job';
import { jobLook, statusWords } from '../model/status';

/** Props of the header above the tabs. */
export interface IHeaderProps {
  readonly card: JobCard;
  readonly state: FeedState;
  /** Whether the server can be reached. */
  readonly isOnline: boolean;
  /** The time up to which the job's data is current, in seconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** Which job this is, and what it is doing now. */
export function Header(props: IHeaderProps): React.JSX.Element {
  const { card, locale, now, trans } = props;
  const { job } = card;
  const look = jobLook(job);
  useAnnouncements(job, trans);
  const note = noteOf(stateOf(props), formatMoment(card.as_of, locale), trans);
  return (
    <div className={`jp-Aibro-JobPage-header ${look.className}`}>
      <look.icon.react
        tag="span"
        className="jp-Aibro-JobPage-icon"
        aria-hidden="true"
      />
      <h1 title={nameOf(job)} translate="no">
        {nameOf(job)}
      </h1>
      <p>
        <span className="jp-Aibro-JobPage-status" translate="no">
          {statusWords(job.status, job.substatus)}
          {job.verdict !== null && ` · ${verdictWord(job.verdict)}`}
        </span>
        {!hasEnded(job) && !job.needs_kernel && (
          <span
            className="jp-Aibro-JobPage-badge"
            title={trans.__(
              'The job goes on without its kernel, its notebook and this browser'
            )}
          >
            {trans.__('Safe to close')}
          </span>
        )}
        <span className="jp-Aibro-JobPage-clock">
          {formatClock((job.ended_at ?? now) - job.created_at)}
        </span>
        {note !== null && <span className="jp-Aibro-JobPage-note">{note}</span>}
      </p>
    </div>
  );
}

/** No changes between two updates still means up to date, as long as the server can be reached. */
function stateOf({ isOnline, state }: IHeaderProps): FeedState {
  return state.kind === 'live' || state.kind === 'snapshot'
    ? { kind: isOnline ? 'live' : 'snapshot' }
    : state;
}
