import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import type { Job } from '../api';
import type { Connection, IJobs, IJobsChange } from '../tokens';

/** What is done when something happens to the followed jobs. */
export interface IJobsFollower {
  /** Some of the jobs have changed; these are their rows now. */
  onRows?(rows: readonly Job[]): void;
  /** One of the jobs was deleted. */
  onDeleted?(): void;
  /** Changes may have been missed: what is known of the jobs has to be read again. */
  onReset?(): void;
  /** Called with the connection as it is now, and whenever it changes. */
  onConnection?(connection: Connection): void;
}

/**
 * Hear of what happens to one job or a few, until the returned object is disposed.
 *
 * @example
 * const following = followJobs(jobs, [jobId], {
 *   onRows: ([job]) => this.show(job),
 *   onDeleted: () => this.dispose()
 * });
 */
export function followJobs(
  jobs: IJobs,
  jobIds: readonly string[],
  follower: IJobsFollower
): IDisposable {
  const onChanged = (_: IJobs, change: IJobsChange): void => {
    if (change.deleted.some(jobId => jobIds.includes(jobId))) {
      follower.onDeleted?.();
      return;
    }
    const rows = change.jobs.filter(job => jobIds.includes(job.job_id));
    if (rows.length) {
      follower.onRows?.(rows);
    }
    if (change.reset) {
      follower.onReset?.();
    }
  };
  const onConnection = (): void => follower.onConnection?.(jobs.connection);
  jobs.changed.connect(onChanged);
  if (follower.onConnection) {
    jobs.connectionChanged.connect(onConnection);
    onConnection();
  }
  return new DisposableDelegate(() => {
    jobs.changed.disconnect(onChanged);
    jobs.connectionChanged.disconnect(onConnection);
  });
}
