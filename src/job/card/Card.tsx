import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';
import type { Job, JobCard } from '../../api';
import { formatAbout, formatClock, formatMoment } from '../../format';
import type { FeedState } from '../../output/feed';
import { noteOf } from '../../output/note';
import { useNow } from '../../react/hooks';
import { ProgressBar } from '../../react/ProgressBar';
import { useAnnouncements } from '../model/announcer';
import { hasEnded, nameOf, progressShare } from '../model/job';
import { jobLook } from '../model/status';
import { Actions } from './Actions';
import { Metrics } from './Metrics';
import { epochWords, secondsLeft } from './progress';
import { Steps } from './Steps';
import { factsOf, isServerMessage, cardMessage } from './words';

/** How often running clocks are updated, in ms. */
const TICK = 1000;

/** Props of a card. */
export interface ICardProps {
  readonly card: JobCard;
  readonly state: FeedState;
  /** Whether the card is on screen; its clock stops while it is not. */
  readonly isVisible: boolean;
  /** Whether requests can be sent to the server. */
  readonly isOnline: boolean;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
  /** The time up to which the card's data is current, in seconds since the epoch. */
  now(): number;
}

/**
 * A job at a glance. Every line keeps its height, so that the layout does not move while the job
 * runs.
 */
export function Card(props: ICardProps): React.JSX.Element {
  const { card, trans } = props;
  const { job } = card;
  const isTicking = props.isVisible && props.state.kind === 'live';
  const now = useNow(props.now, isTicking ? TICK : null);
  useAnnouncements(job, trans);
  return (
    <section
      className={`jp-Aibro-Card ${jobLook(job).className}`}
      aria-label={trans.__('Job %1', nameOf(job))}
      data-status={job.status}
    >
      <Head {...props} clock={now} />
      <Steps card={card} trans={trans} />
      <Progress {...props} clock={now} />
      <Metrics card={card} trans={trans} locale={props.locale} />
      <Words {...props} />
      <Actions {...props} />
    </section>
  );
}

/** Props of the parts of a card that show a running clock. */
interface IClockedProps extends ICardProps {
  /** Seconds since the epoch. */
  readonly clock: number;
}

function Head({
  card: { job },
  clock,
  state,
  trans
}: IClockedProps): React.JSX.Element {
  const look = jobLook(job);
  const isSafe = !hasEnded(job) && !job.needs_kernel && state.kind !== 'gone';
  return (
    <div className="jp-Aibro-Card-head">
      <look.icon.react
        tag="span"
        className="jp-Aibro-Card-icon"
        aria-hidden="true"
      />
      <span
        className="jp-Aibro-Card-name"
        dir="auto"
        translate="no"
        title={
          job.description ? `${job.description}\n${job.job_id}` : job.job_id
        }
      >
        {nameOf(job)}
      </span>
      {isSafe && (
        <span
          className="jp-Aibro-Card-badge"
          title={trans.__(
            'The job goes on without its kernel, this notebook and this browser'
          )}
        >
          {trans.__('Safe to close')}
        </span>
      )}
      <span className="jp-Aibro-Card-clock">
        {formatClock((job.ended_at ?? clock) - job.created_at)}
      </span>
      <span className="jp-Aibro-Card-status" translate="no">
        {job.status}
      </span>
    </div>
  );
}

function Progress({
  card,
  clock,
  locale,
  state,
  trans
}: IClockedProps): React.JSX.Element {
  const { job } = card;
  const words = epochWords(job, { locale, trans });
  const left = state.kind === 'gone' ? null : secondsLeft(card, clock);
  return (
    <div className="jp-Aibro-Card-progress">
      <span>{words}</span>
      <span className="jp-Aibro-Card-left">
        {left !== null &&
          trans.__('about %1 left', formatAbout(left, { locale, trans }))}
      </span>
      <ProgressBar
        label={trans.__('Training')}
        share={progressShare(job)}
        words={words}
      />
    </div>
  );
}

/** What the job is waiting for or how it ended, and further facts about it. */
function Words({ card, state, trans, locale }: ICardProps): React.JSX.Element {
  const note = noteOf(state, formatMoment(card.as_of, locale), trans);
  const message = cardMessage(card, trans, locale);
  const facts = factsOf(card, trans, locale).join(' · ');
  return (
    <div className="jp-Aibro-Card-words">
      <p
        className="jp-Aibro-Card-message"
        title={message}
        lang={note === null && isServerMessage(card) ? 'en' : undefined}
        data-kind={messageKind(card.job)}
      >
        {note ?? message}
      </p>
      <p className="jp-Aibro-Card-facts" title={facts}>
        {facts}
      </p>
    </div>
  );
}

/** Only errors are red. */
function messageKind(job: Job): 'error' | undefined {
  return jobLook(job).className === 'jp-mod-failed' ? 'error' : undefined;
}
