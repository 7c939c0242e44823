import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job } from '../api';
import type { IChoices, IJobs, IJobsChange, ISettings } from '../tokens';

/**
 * The jobs that end while this page is open, as far as the user wants to be notified.
 *
 * Each job is reported once. Jobs that the user canceled are left out, and so are those whose end has a
 * notification of its own.
 */
export class Endings {
  private readonly _ended = new Signal<this, readonly Job[]>(this);
  private readonly _notified = new Set<string>();
  /** In ms. */
  private readonly _since: number;

  constructor(
    private readonly _jobs: IJobs,
    private readonly _settings: ISettings
  ) {
    // By the browser's clock: how far it differs from the server's is known only with the first change.
    this._since = Date.now();
    _jobs.changed.connect(this._onChanged, this);
  }

  /** Emitted with jobs that ended at the same time. */
  get ended(): ISignal<this, readonly Job[]> {
    return this._ended;
  }

  private _onChanged(_: IJobs, { jobs }: IJobsChange): void {
    const start = this._jobs.now() - (Date.now() - this._since) / 1000;
    const fresh = jobs.filter(
      job =>
        job.ended_at !== null &&
        job.ended_at >= start &&
        !this._notified.has(job.job_id)
    );
    fresh.forEach(({ job_id: jobId }) => this._notified.add(jobId));
    const { notifications } = this._settings.current;
    const ended = fresh.filter(
      job =>
        isWanted(job, notifications) && !this._jobs.followed.has(job.job_id)
    );
    if (ended.length) {
      this._ended.emit(ended);
    }
  }
}

function isWanted(job: Job, choice: IChoices['notifications']): boolean {
  switch (choice) {
    case 'all':
      return job.reason_kind !== 'user';
    case 'failures':
      return hasFailed(job);
    case 'none':
      return false;
  }
}

/** Whether a job was CANCELED by something other than its user. */
export function hasFailed(job: Job): boolean {
  return job.status === 'CANCELED' && job.reason_kind !== 'user';
}
