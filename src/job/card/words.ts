/** What a card says in sentences. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, JobCard } from '../../api/_models';
import { formatMoment, formatSize } from '../../jobs/format';
import { isActive, statusWords } from '../../jobs/status';
import { formatAbout } from './progress';

/** How people call a job. */
export function nameOf(job: Job): string {
  return job.description || job.job_id;
}

/** What a screen reader is told when the status changes. */
export function announcement(job: Job, trans: TranslationBundle): string {
  return trans.__(
    'Job %1: %2',
    nameOf(job),
    statusWords(job.status, job.substatus)
  );
}

/** What the job does or waits for now, or how it ended. */
export function messageOf(
  { job }: JobCard,
  trans: TranslationBundle,
  locale: string | undefined
): string {
  if (!isActive(job)) {
    return [job.verdict?.replaceAll('_', ' '), endWords(job, trans, locale)]
      .filter(part => part)
      .join(' · ');
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

function endWords(
  job: Job,
  trans: TranslationBundle,
  locale: string | undefined
): string | null {
  return (
    job.reason ??
    (job.ended_at === null
      ? null
      : trans.__('Ended %1', formatMoment(job.ended_at, locale)))
  );
}

/** What else there is to know: machine, sizes, origin, id. */
export function factsOf(
  card: JobCard,
  trans: TranslationBundle,
  locale: string | undefined
): readonly string[] {
  const { job } = card;
  return [
    job.machine_id ?? '',
    sizeWords(card, trans, locale),
    job.replay_of === null ? '' : trans.__('replay of %1', job.replay_of),
    job.from_epoch > 0 ? trans.__('from epoch %1', job.from_epoch) : '',
    job.recorded ? trans.__('recorded') : '',
    job.foreign ? trans.__('imported') : '',
    job.job_id
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
    ? trans.__('%1 (about %2 to send)', sizes, formatAbout(expected_s))
    : sizes;
}
