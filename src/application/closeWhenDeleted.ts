import type { Widget } from '@lumino/widgets';
import type { IJobs, IJobsChange } from '../tokens';

/** Close what shows jobs when one of them is deleted. */
export function closeWhenDeleted(
  widget: Widget,
  jobs: IJobs,
  ...jobIds: readonly string[]
): void {
  const onChanged = (_: IJobs, { deleted }: IJobsChange): void => {
    if (jobIds.some(jobId => deleted.includes(jobId))) {
      widget.dispose();
    }
  };
  jobs.changed.connect(onChanged);
  widget.disposed.connect(() => jobs.changed.disconnect(onChanged));
}
