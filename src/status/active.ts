import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job } from '../api';
import { hasEnded } from '../job/model/job';
import type { IJobs, IJobsChange } from '../tokens';

/** The most jobs that one request returns. */
const PAGE = 200;

/** The number of active jobs, by kind. */
export interface IActivity {
  readonly training: number;
  readonly queued: number;
}

/** Counts the jobs that have not ended, live. */
export class ActiveJobs implements IDisposable {
  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  /** All jobs seen so far, including ended ones: an answer still under way may hold an older row. */
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
      // Load again when the shared connection comes back.
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
