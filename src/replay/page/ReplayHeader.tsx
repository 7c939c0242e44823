import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatAgo } from '../../format';
import { useAnnouncements } from '../../job/model/announcer';
import { hasEnded } from '../../job/model/job';
import { statusWords } from '../../job/model/status';
import { ProgressBar } from '../../react/ProgressBar';
import { endedShare, endingOf, progressWords } from '../progress';
import { verdictLook, verdictWord } from '../verdict';
import type { IPageAction } from './actions';
import type { FeedState, IReplayFacts } from './feed';

/** Props of the header above the chart. */
export interface IReplayHeaderProps {
  readonly facts: IReplayFacts;
  readonly state: FeedState;
  readonly actions: readonly IPageAction[];
  readonly links: readonly IPageAction[];
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Which replay this is, its progress or outcome, and its actions. */
export function ReplayHeader(props: IReplayHeaderProps): React.JSX.Element {
  const { actions, facts, links, trans } = props;
  const { replay, recorded, verdict } = facts;
  const note = noteOf(props);
  useAnnouncements(replay, trans);
  return (
    <>
      <h1
        className="jp-Aibro-ReplayPage-title"
        translate={replay.description ? 'no' : undefined}
      >
        {replay.description || trans.__('Replay %1', replay.job_id)}
      </h1>
      <p className="jp-Aibro-ReplayPage-origin">{originWords(props)}</p>
      {recorded === null && (
        <p className="jp-Aibro-ReplayPage-note">
          {trans.__(
            'The recorded job was deleted, so only the replay’s own values are shown.'
          )}
        </p>
      )}
      {note !== null && (
        <p className="jp-Aibro-ReplayPage-note" role="status">
          {note}
        </p>
      )}
      {!hasEnded(replay) ? (
        <Progress {...props} />
      ) : verdict ? (
        <VerdictBox {...props} />
      ) : (
        <p className="jp-Aibro-ReplayPage-verdict">
          {endingOf(replay, null, trans).words}
        </p>
      )}
      <div className="jp-Aibro-ReplayPage-actions" data-lm-suppress-shortcuts>
        {actions.map(action => (
          <Action
            key={action.label}
            action={action}
            className="jp-mod-styled"
          />
        ))}
      </div>
      <div className="jp-Aibro-chart-actions" data-lm-suppress-shortcuts>
        {links.map(action => (
          <Action key={action.label} action={action} />
        ))}
      </div>
    </>
  );
}

function Action(props: {
  readonly action: IPageAction;
  readonly className?: string;
}): React.JSX.Element {
  const { label, execute } = props.action;
  return (
    <button
      type="button"
      className={props.className}
      disabled={execute === null}
      onClick={() => execute?.()}
    >
      {label}
    </button>
  );
}

/** What the replay is doing now, and the share of its epochs that have ended. */
function Progress({ facts, trans }: IReplayHeaderProps): React.JSX.Element {
  const { replay } = facts;
  return (
    <div className="jp-Aibro-ReplayPage-verdict" data-type="in-progress">
      <p>
        <span className="jp-Aibro-ReplayPage-word" translate="no">
          {statusWords(replay.status, replay.substatus)}
        </span>{' '}
        <span>
          {replay.cancel_requested
            ? trans.__('Canceling…')
            : replay.substatus === 'TRAINING'
              ? trans.__(
                  'Epoch %1 of %2',
                  Math.min(replay.epoch + 1, replay.epochs),
                  replay.epochs
                )
              : progressWords(replay, trans)}
        </span>
      </p>
      <ProgressBar label={trans.__('Epochs')} share={endedShare(replay)} />
    </div>
  );
}

function VerdictBox({
  facts,
  trans
}: IReplayHeaderProps): React.JSX.Element | null {
  const { replay, verdict } = facts;
  if (!verdict) {
    return null;
  }
  const { icon, type } = verdictLook(verdict.verdict);
  return (
    <div
      className="jp-Aibro-ReplayPage-verdict"
      data-type={type}
      role="group"
      aria-label={trans.__('Verdict')}
    >
      <p>
        <icon.react
          tag="span"
          className="jp-Aibro-ReplayPage-icon"
          aria-hidden
        />
        <span className="jp-Aibro-ReplayPage-word" translate="no">
          {verdictWord(verdict.verdict)}
        </span>
      </p>
      <p lang="en">{verdict.sentence}</p>
      {replay.reason !== null && verdict.verdict !== 'ISSUE_REPRODUCED' && (
        <p className="jp-Aibro-ReplayPage-reason">
          {trans.__('The replay ended with: %1', replay.reason)}
        </p>
      )}
    </div>
  );
}

function originWords(props: IReplayHeaderProps): string {
  const { facts, locale, now, trans } = props;
  const { replay, recorded } = facts;
  const of = replay.replay_of ?? '';
  return [
    recorded?.description
      ? trans.__('Replay of “%1” (%2)', recorded.description, of)
      : trans.__('Replay of job %1', of),
    replay.from_epoch > 0 && trans.__('from epoch %1', replay.from_epoch),
    formatAgo(replay.ended_at ?? replay.created_at, now, locale)
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A note that says so when the page is not kept up to date. */
function noteOf({ state, trans }: IReplayHeaderProps): string | null {
  switch (state.kind) {
    case 'loading':
    case 'live':
      return null;
    case 'offline':
      return trans.__('The server cannot be reached. This is what was known.');
    case 'gone':
      return trans.__('This job is not here any more.');
    case 'failed':
      return state.message;
  }
}
