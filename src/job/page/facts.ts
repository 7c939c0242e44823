/** The facts about a job that its page lists. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JobCard } from '../../api';
import {
  formatClock,
  formatCount,
  formatMoment,
  formatSize
} from '../../format';

/**
 * A label and its value. `isData` marks a value that is not in any language: an id, or the user's
 * own text.
 */
export type Fact = readonly [name: string, value: string, isData?: boolean];

/** What is known in addition to the job's row. */
export interface IFactsOptions {
  /** The model's number of parameters; null when unknown. */
  readonly parameters: number | null;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** The facts of a job that are known, in the order of what people usually look for first. */
export function factsOf(
  { data_bytes, job, model_bytes }: JobCard,
  { locale, now, parameters, trans }: IFactsOptions
): Fact[] {
  const model = [
    parameters !== null &&
      trans._n(
        '%2 parameter',
        '%2 parameters',
        parameters,
        formatCount(parameters, locale)
      ),
    model_bytes !== null && formatSize(model_bytes, locale)
  ];
  const facts: (readonly [string, string | false | null, boolean?])[] = [
    [trans.__('Description'), job.description, true],
    [trans.__('Job'), job.job_id, true],
    [trans.__('Machine'), job.machine_id, true],
    [trans.__('Instance'), job.instance_id, true],
    [trans.__('Attempt'), job.attempt > 1 && formatCount(job.attempt, locale)],
    [trans.__('Created'), formatMoment(job.created_at, locale)],
    [
      trans.__('Ended'),
      job.ended_at !== null && formatMoment(job.ended_at, locale)
    ],
    [trans.__('Elapsed'), formatClock((job.ended_at ?? now) - job.created_at)],
    [
      trans.__('Epochs'),
      trans.__(
        '%1 of %2',
        formatCount(job.epoch, locale),
        formatCount(job.epochs, locale)
      )
    ],
    [trans.__('Model'), model.filter(Boolean).join(', ')],
    [trans.__('Data'), data_bytes !== null && formatSize(data_bytes, locale)],
    [trans.__('Replay of'), job.replay_of, true],
    [
      trans.__('Begun after'),
      job.from_epoch > 0 && trans.__('epoch %1', job.from_epoch)
    ],
    [trans.__('Origin'), job.foreign && trans.__('imported from a report')]
  ];
  return facts.filter((fact): fact is Fact => Boolean(fact[1]));
}
