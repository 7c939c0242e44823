import type { JobCard } from '../../api';
import type { ISnapshotSource } from '../../output/feed';
import { hasEnded } from '../model/job';

/** From this age on, in seconds, the time left is asked for again. */
const STALE = 5;

/** Where the cards of jobs come from. */
export const CARDS: ISnapshotSource<JobCard> = {
  pause: 1000,
  jobIds: ({ job }) => [job.job_id],
  hasEnded: ({ job }) => hasEnded(job),
  asOf: ({ as_of }) => as_of,
  read: ({ job }, client, signal) => client.card(job.job_id, signal),
  // For a batch, of which many end in a second, the row is enough; what an epoch adds is on the server.
  adopt: (card, job, now) =>
    !hasEnded(job) &&
    job.substatus === card.job.substatus &&
    job.epoch === card.job.epoch &&
    now - card.as_of < STALE
      ? { ...card, job }
      : null
};
