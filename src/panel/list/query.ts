import type { Job, JobFilter, JobSort } from '../../api';
import { hasEnded } from '../../job/model/job';

/** Which jobs the list shows, and in which order. */
export interface IListQuery {
  readonly filter: JobFilter;
  /** Text that description or id contains. */
  readonly search: string;
  /** Only jobs on this machine id; `''` is any. */
  readonly machine: string;
  readonly sort: JobSort;
}

/** Every job, newest first. */
export const EVERYTHING: IListQuery = {
  filter: 'all',
  search: '',
  machine: '',
  sort: '-created'
};

/** Whether a query leaves out some jobs. */
export function isNarrowed(query: IListQuery): boolean {
  return query.filter !== 'all' || query.search !== '' || query.machine !== '';
}

/** Whether a job that matches now has matched from the start: then only new jobs are added to the list. */
export function isSettled(query: IListQuery): boolean {
  return ['all', 'recorded'].includes(query.filter) && query.machine === '';
}

/** Whether a query matches a job. */
export function matches(job: Job, query: IListQuery): boolean {
  const text = query.search.toLowerCase();
  return (
    matchesFilter(job, query.filter) &&
    (query.machine === '' || job.machine_id === query.machine) &&
    [job.job_id, job.description].some(part =>
      part.toLowerCase().includes(text)
    )
  );
}

function matchesFilter(job: Job, filter: JobFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'active':
      return !hasEnded(job);
    case 'completed':
      return job.status === 'COMPLETED';
    case 'canceled':
      return job.status === 'CANCELED';
    case 'recorded':
      return job.recorded;
  }
}
