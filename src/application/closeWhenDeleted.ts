import type { Widget } from '@lumino/widgets';
import { AibroRequestError } from '../api';
import type { IJobs, IJobsChange } from '../tokens';

/** Close what shows jobs when one of them is deleted, or is gone with all that was stored. */
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
      // Whatever else went wrong, the job may still be there.
      if (error instanceof AibroRequestError && error.code === 'JobNotFound') {
        widget.dispose();
      }
    }
  };
  const onChanged = (_: IJobs, { deleted, reset }: IJobsChange): void => {
    if (jobIds.some(jobId => deleted.includes(jobId))) {
      widget.dispose();
    } else if (reset) {
      jobIds.forEach(jobId => void closeIfGone(jobId));
    }
  };
  jobs.changed.connect(onChanged);
  widget.disposed.connect(() => {
    abort.abort();
    jobs.changed.disconnect(onChanged);
  });
}
