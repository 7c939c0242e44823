/** How far a job is, for its card. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { ENDED_STATUSES, JOB_SUBSTATUSES } from '../../api/_models';
import type { Job, JobCard, JobSubstatus } from '../../api/_models';
import { formatCount } from '../../format';
import type { ILanguage } from '../../format';
import { hasEnded } from '../model/job';
import { jobLook } from '../model/status';

/** How a card shows a step. */
export type StepState =
  | 'done'
  | 'current'
  /** The step in which an error ended the job. */
  | 'failed'
  /** The step in which the user ended the job. */
  | 'stopped'
  | 'ahead';

/** One of the steps that a job goes through. */
export interface IStep {
  readonly name: JobSubstatus;
  readonly state: StepState;
}

/** The substatuses of a job before it ends, in order. */
const STEPS = JOB_SUBSTATUSES.filter(
  name => !ENDED_STATUSES.some(status => status === name)
);

/**
 * All steps of a job: those that are done, the current one (or the one it ended in), and those to
 * come.
 */
export function stepsOf({ job, reached }: JobCard): readonly IStep[] {
  const at =
    job.status === 'COMPLETED'
      ? STEPS.length
      : STEPS.findIndex(name => name === reached);
  const here = !hasEnded(job)
    ? 'current'
    : jobLook(job).className === 'jp-mod-failed'
      ? 'failed'
      : 'stopped';
  return STEPS.map((name, index) => ({
    name,
    state: index < at ? 'done' : index === at ? here : 'ahead'
  }));
}

/** A step's state in words. */
export function stepWord(state: StepState, trans: TranslationBundle): string {
  switch (state) {
    case 'done':
      return trans.__('done');
    case 'current':
      return trans.__('now');
    case 'failed':
      return trans.__('failed here');
    case 'stopped':
      return trans.__('canceled here');
    case 'ahead':
      return trans.__('to come');
  }
}

/** The epoch and batch that a job is in, or the epochs it completed. */
export function epochWords(job: Job, { locale, trans }: ILanguage): string {
  const { batch, batches, epoch, epochs, substatus } = job;
  const count = (value: number): string => formatCount(value, locale);
  if (substatus !== 'TRAINING') {
    return epoch > 0 || hasEnded(job)
      ? trans._n(
          '%2 of %3 epoch',
          '%2 of %3 epochs',
          epochs,
          count(epoch),
          count(epochs)
        )
      : trans._n('%2 epoch', '%2 epochs', epochs, count(epochs));
  }
  const running = count(Math.min(epoch + 1, epochs));
  return batch > 0 && batches
    ? trans.__(
        'Epoch %1 of %2, batch %3 of %4',
        running,
        count(epochs),
        count(batch),
        count(batches)
      )
    : trans.__('Epoch %1 of %2', running, count(epochs));
}

/**
 * The estimated seconds of training left.
 *
 * @param now - seconds since the epoch.
 * @returns `null` when there is no estimate.
 */
export function secondsLeft(card: JobCard, now: number): number | null {
  const { as_of, job, left_s } = card;
  return left_s === null || job.substatus !== 'TRAINING'
    ? null
    : Math.max(0, left_s - Math.max(0, now - as_of));
}
