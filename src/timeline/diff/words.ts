import type { Timeline } from '../../api/_models';

/** How people call the job of a timeline. */
export function nameOf({ description, job_id }: Timeline): string {
  return description || job_id;
}
