import type { Widget } from '@lumino/widgets';
import { AibroRequestError } from '../api';
import { followJobs } from '../live/followJobs';
import type { IJobs } from '../tokens';

/** Close a widget when one of the jobs it shows is deleted, or is missing after the list was reset. */
export function closeWhenDeleted(
  widget: Widget,
  jobs: IJobs,
  ...jobIds: readonly string[]
): void {
  const abort = new AbortController();
  const closeIfGone = async (jobId: string): Promise<void> => {
    try {
      await jobs.client.job(jobId, abort.signal);
    } catch (error) {
      // After any other error the job may still exist.
      if (error instanceof AibroRequestError && error.code === 'JobNotFound') {
        widget.dispose();
      }
    }
  };
  const following = followJobs(jobs, jobIds, {
    onDeleted: () => widget.dispose(),
    onReset: () => jobIds.forEach(jobId => void closeIfGone(jobId))
  });
  widget.disposed.connect(() => {
    abort.abort();
    following.dispose();
  });
}
