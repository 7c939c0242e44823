/* Job cards for specs: the job of jest/timelines.ts at different times. */
import type { Job, JobCard } from '../src/api/_models';
import { makeJob } from './jobs';
import { T0 } from './timelines';

/**
 * The card of a job that is training, read 5 s after the job began; `job` overrides fields of the
 * job.
 */
export function trainingCard(
  job: Partial<Job> = {},
  changes: Partial<JobCard> = {}
): JobCard {
  return {
    job: makeJob('7f3a2c91d0', {
      description: 'digits, first try',
      created_at: T0,
      ...job
    }),
    reached: job.substatus ?? 'TRAINING',
    metric: 'loss',
    values: [2.3, 0.8, 0.2134],
    model_bytes: 1_200_000,
    data_bytes: 4_200_000,
    expected_s: null,
    left_s: 20,
    as_of: T0 + 5,
    ...changes
  };
}

/** The card of the same job after it has completed. */
export function completedCard(
  job: Partial<Job> = {},
  changes: Partial<JobCard> = {}
): JobCard {
  return trainingCard(
    {
      status: 'COMPLETED',
      substatus: 'COMPLETED',
      epoch: 10,
      ended_at: T0 + 9.8,
      ...job
    },
    { left_s: null, as_of: T0 + 9.9, ...changes }
  );
}
