import type { Timeline } from '../api';
import { hasEnded } from '../job/model/job';
import type { ISnapshotSource } from '../output/feed';

/** Where timelines come from. */
export const TIMELINES: ISnapshotSource<Timeline> = {
  pause: 200,
  jobIds: ({ job_id }) => [job_id],
  hasEnded,
  asOf: ({ as_of }) => as_of,
  read: ({ char_type, job_id }, client, signal) =>
    client.timeline(job_id, { char_type }, signal),
  // While a model trains no period begins or ends, however many batches do.
  adopt: (timeline, job) =>
    timeline.substatus === 'TRAINING' && job.substatus === 'TRAINING'
      ? timeline
      : null
};
