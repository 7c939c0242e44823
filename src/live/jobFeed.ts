import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IJobs } from '../tokens';
import { followJobs } from './followJobs';
import type { IJobsFollower } from './followJobs';

/** What a page knows of a job, kept up to date for as long as the page is open. */
export abstract class JobFeed<State extends object> implements IDisposable {
  constructor(
    readonly jobId: string,
    protected readonly jobs: IJobs,
    private _state: State
  ) {}

  /** Emitted when the state, or what is known, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How what is known relates to the job: loading, up to date, failed. */
  get state(): State {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      this._following?.dispose();
      Signal.clearData(this);
    }
  }

  /** Aborts what is under way when the page closes. */
  protected get signal(): AbortSignal {
    return this._abort.signal;
  }

  /** Begin to follow the job; for the end of a constructor, when all fields are there. */
  protected follow(follower: IJobsFollower): void {
    this._following = followJobs(this.jobs, [this.jobId], follower);
  }

  /** Say that more is known than before. */
  protected emitChanged(): void {
    this._changed.emit();
  }

  protected become(state: State): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _following: IDisposable | null = null;
}
