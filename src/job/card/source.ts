import type { JobCard } from '../../api';
import type { ISnapshotSource } from '../../output/feed';
import { hasEnded } from '../model/job';

/** An estimate of the time left that is older than this, in seconds, is requested again. */
const STALE = 5;

/** How the cards of jobs are read and kept up to date. */
export const CARDS: ISnapshotSource<JobCard> = {
  pause: 1000,
  jobIds: ({ job }) => [job.job_id],
  hasEnded: ({ job }) => hasEnded(job),
  asOf: ({ as_of }) => as_of,
  read: ({ job }, client, signal) => client.card(job.job_id, signal),
  // Batches change the row many times a second, and the row says all there is to show. When an
  // epoch ends, the card is read from the server again.
  adopt: (card, job, now) =>
    !hasEnded(job) &&
    job.substatus === card.job.substatus &&
    job.epoch === card.job.epoch &&
    now - card.as_of < STALE
      ? { ...card, job }
      : null
};
