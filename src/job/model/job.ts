/** What follows from a job's row. Pure. */

import type { Job } from '../../api/_models';

/** What people call a job. */
export function nameOf(job: Pick<Job, 'job_id' | 'description'>): string {
  return job.description || job.job_id;
}

/** Whether a job has ended: it trains no more, and will not again. */
export function hasEnded({ status }: Pick<Job, 'status'>): boolean {
  switch (status) {
    case 'QUEUING':
    case 'TRAINING':
      return false;
    case 'CANCELED':
    case 'COMPLETED':
      return true;
    default:
      return orUnknown(status, true);
  }
}

/** Whether the epochs say how far the job is. */
export function isInEpochs(job: Pick<Job, 'status' | 'substatus'>): boolean {
  return job.status === 'TRAINING' && job.substatus === 'TRAINING';
}

/** The part of the training that is done, from 0 to 1. */
export function progressShare(job: Job): number {
  const { batch, batches, epoch, epochs, substatus } = job;
  const part = substatus === 'TRAINING' && batches ? batch / batches : 0;
  return epochs > 0 ? Math.min(1, Math.max(0, (epoch + part) / epochs)) : 0;
}

/**
 * For a status that only a newer server knows: the compiler sees that none of ours is left out, and
 * at run time there is a sensible answer.
 */
export function orUnknown<T>(_status: never, answer: T): T {
  return answer;
}
