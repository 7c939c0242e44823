/** What a card says in sentences. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, JobCard } from '../../api/_models';
import {
  formatAbout,
  formatCount,
  formatMoment,
  formatSize
} from '../../format';
import { hasEnded } from '../model/job';

/** What the job is doing or waiting for, or how it ended. */
export function cardMessage(
  { job }: JobCard,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  if (hasEnded(job)) {
    return endWords(job, trans, locale);
  }
  if (job.cancel_requested) {
    return trans.__('Canceling…');
  }
  return (
    job.note ||
    (job.needs_kernel
      ? trans.__('Until its data is stored the job ends with its kernel')
      : '')
  );
}

/** Whether the message comes from the server, which always writes English. */
export function isServerMessage({ job }: JobCard): boolean {
  return hasEnded(job)
    ? job.reason !== null
    : !job.cancel_requested && job.note !== '';
}

function endWords(
  { ended_at, reason, verdict }: Job,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  const word = verdict?.replaceAll('_', ' ');
  if (reason !== null) {
    return word ? `${word} · ${reason}` : reason;
  }
  if (ended_at === null) {
    return word ?? '';
  }
  const moment = formatMoment(ended_at, locale);
  return word
    ? trans.__('%1 · ended %2', word, moment)
    : trans.__('Ended %1', moment);
}

/** Further facts about the job: machine, sizes, origin, id. */
export function factsOf(
  card: JobCard,
  trans: TranslationBundle,
  locale: string | undefined
): readonly string[] {
  const { job } = card;
  return [
    job.machine_id === null ? '' : trans.__('on %1', job.machine_id),
    job.attempt > 1
      ? trans.__('attempt %1', formatCount(job.attempt, locale))
      : '',
    sizeWords(card, trans, locale),
    job.replay_of === null ? '' : trans.__('replay of %1', job.replay_of),
    job.from_epoch > 0 ? trans.__('from epoch %1', job.from_epoch) : '',
    job.recorded ? trans.__('recorded') : '',
    job.foreign ? trans.__('imported') : '',
    trans.__('job %1', job.job_id)
  ].filter(fact => fact);
}

function sizeWords(
  { data_bytes, expected_s, job, model_bytes }: JobCard,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  if (model_bytes === null || data_bytes === null) {
    return '';
  }
  const sizes = trans.__(
    'model %1, data %2',
    formatSize(model_bytes, locale),
    formatSize(data_bytes, locale)
  );
  return expected_s !== null && job.needs_kernel
    ? trans.__(
        '%1 (about %2 to send)',
        sizes,
        formatAbout(expected_s, { locale, trans })
      )
    : sizes;
}
