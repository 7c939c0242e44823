import * as React from 'react';
import type { Job, JobCard } from '../../api';
import { formatAbout, formatMetric, inNaturalOrder } from '../../format';
import type { ILanguage } from '../../format';
import { ProgressBar } from '../../react/ProgressBar';
import { epochWords, secondsLeft } from '../card/progress';
import { Steps } from '../card/Steps';
import { isServerMessage, cardMessage } from '../card/words';
import { hasEnded, progressShare } from '../model/job';
import { jobLook } from '../model/status';
import { ActionButtons } from './ActionButtons';
import { jobActions } from './actions';
import { factsOf } from './facts';
import type { Fact } from './facts';
import { Files } from './Files';
import type { IJobPageServices } from './services';
import { useAnswer } from './useAnswer';

/** Props of the overview. */
export interface IOverviewProps {
  readonly card: JobCard;
  /** The time up to which the job's data is current, in seconds since the epoch. */
  readonly now: number;
  readonly services: IJobPageServices;
}

/** A job at a glance: progress, why it ended, metrics, facts and files. */
export function Overview(props: IOverviewProps): React.JSX.Element {
  const { card, now, services } = props;
  const { locale, trans } = services;
  const { job } = card;
  const message =
    job.status === 'CANCELED' ? '' : cardMessage(card, trans, locale);
  const facts = factsOf(card, {
    parameters: useParameters(job, services),
    now,
    trans,
    locale
  });
  const metrics = inNaturalOrder(Object.keys(job.metrics)).map(
    name => [name, formatMetric(job.metrics[name], locale)] as const
  );
  return (
    <>
      <div className={`jp-Aibro-Card ${jobLook(job).className}`}>
        <Steps card={card} trans={trans} />
        <Progress card={card} now={now} language={services} />
        {!hasEnded(job) && message && (
          <p lang={isServerMessage(card) ? 'en' : undefined}>{message}</p>
        )}
      </div>
      {job.status === 'CANCELED' && <Reason {...props} />}
      <ActionButtons actions={jobActions(job, services)} />
      {metrics.length > 0 && (
        <>
          <h2>{trans.__('Latest metrics')}</h2>
          <dl className="jp-Aibro-JobPage-metrics">
            {metrics.map(([name, value]) => (
              <div key={name}>
                <dt translate="no">{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h2>{trans.__('Facts')}</h2>
      <dl className="jp-Aibro-JobPage-facts">
        <Entries entries={facts} />
      </dl>
      <Files job={job} services={services} />
    </>
  );
}

function Entries({
  entries
}: {
  readonly entries: readonly Fact[];
}): React.JSX.Element {
  return (
    <>
      {entries.map(([name, value, isData]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd translate={isData ? 'no' : undefined}>{value}</dd>
        </div>
      ))}
    </>
  );
}

/**
 * Why a job was canceled. After an exception this includes the traceback, for which a card has no
 * room.
 */
function Reason({ card, services }: IOverviewProps): React.JSX.Element {
  const { job_id: jobId, reason, reason_kind } = card.job;
  const { jobs, trans } = services;
  const ask = React.useCallback(
    async (signal: AbortSignal) =>
      (await jobs.client.job(jobId, signal)).traceback,
    [jobs, jobId]
  );
  const traceback = useAnswer(ask, jobs.connection.kind);
  return (
    <section
      className="jp-Aibro-JobPage-reason"
      data-kind={reason_kind === 'user' ? undefined : 'error'}
      aria-label={trans.__('Reason')}
    >
      <p lang="en">{reason}</p>
      {traceback.kind === 'known' && traceback.value !== null && (
        // It scrolls, and only a focusable element can be scrolled with the keyboard.
        <pre
          tabIndex={0}
          role="region"
          aria-label={trans.__('Traceback')}
          lang="en"
        >
          {traceback.value}
        </pre>
      )}
    </section>
  );
}

/** The number of parameters of the model. Only the recording of an ended job contains it. */
function useParameters(job: Job, { jobs }: IJobPageServices): number | null {
  const { job_id: jobId } = job;
  const isThere = job.recorded && hasEnded(job);
  const ask = React.useCallback(
    async (signal: AbortSignal) =>
      isThere ? (await jobs.client.recording(jobId, signal)).parameters : null,
    [jobs, jobId, isThere]
  );
  const answer = useAnswer(ask, '');
  return answer.kind === 'known' ? answer.value : null;
}

/** How far the training is, and the estimated time left. */
function Progress({
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
