import type { Job } from '../api/_models';

/** How people call a job. */
export function nameOf(job: Pick<Job, 'job_id' | 'description'>): string {
  return job.description || job.job_id;
}
