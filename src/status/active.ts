import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job } from '../api';
import { hasEnded } from '../job/model/job';
import type { IJobs, IJobsChange } from '../tokens';

/** As many jobs as one request brings. */
const PAGE = 200;

/** How many jobs have not ended. */
export interface IActivity {
  readonly training: number;
  readonly queued: number;
}

/** Counts the jobs that have not ended, live. */
export class ActiveJobs implements IDisposable {
  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  /** Every job of which anything is known, ended ones too: an answer under way may not know yet. */
  private readonly _jobs = new Map<string, Job>();
  private _isLoaded = false;

  constructor(private readonly _source: IJobs) {
    _source.changed.connect(this._onChanged, this);
    _source.connectionChanged.connect(this._onConnection, this);
    this._onConnection();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get activity(): IActivity {
    const active = [...this._jobs.values()].filter(job => !hasEnded(job));
    const training = active.filter(({ status }) => status === 'TRAINING');
    return {
      training: training.length,
      queued: active.length - training.length
    };
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    this._abort.abort();
    this._source.changed.disconnect(this._onChanged, this);
    this._source.connectionChanged.disconnect(this._onConnection, this);
    Signal.clearData(this);
  }

  private _onConnection(): void {
    if (!this._isLoaded && this._source.connection.kind === 'online') {
      this._isLoaded = true;
      void this._load();
    }
  }

  private async _load(): Promise<void> {
    const { signal } = this._abort;
    const query = { filter: 'active', limit: PAGE } as const;
    try {
      let cursor: string | undefined;
      do {
        const page = await this._source.client.jobs(
          { ...query, cursor },
          signal
        );
        this._accept(page.jobs);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
    } catch {
      // Once the shared connection has failed and recovered, it is read again.
      this._isLoaded = false;
    }
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    if (change.reset) {
      this._jobs.clear();
      void this._load();
    }
    change.deleted.forEach(jobId => this._jobs.delete(jobId));
    this._accept(change.jobs);
  }

  private _accept(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const known = this._jobs.get(job.job_id);
      if (!known || known.seq <= job.seq) {
        this._jobs.set(job.job_id, job);
      }
    }
    this._changed.emit();
  }
}
