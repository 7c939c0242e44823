import type { TimelineDiff } from '../../api';
import { hasEnded } from '../../job/model/job';
import type { ISnapshotSource } from '../../output/feed';

/** Where comparisons come from. */
export const DIFFS: ISnapshotSource<TimelineDiff> = {
  pause: 500,
  jobIds: ({ first, second }) => [first.job_id, second.job_id],
  hasEnded: ({ first, second }) => hasEnded(first) && hasEnded(second),
  asOf: ({ first, second }) => Math.max(first.as_of, second.as_of),
  read: ({ first, second }, client, signal) =>
    client.timelineDiff(first.job_id, { with: second.job_id }, signal)
};
