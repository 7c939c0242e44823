import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IJobs, IJobsChange } from '../tokens';

/** What a page knows of a job, kept up to date for as long as the page is open. */
export abstract class JobFeed<State extends object> implements IDisposable {
  /** A feed begins to `follow` when its own fields are there. */
  constructor(
    readonly jobId: string,
    protected readonly jobs: IJobs,
    private _state: State
  ) {}

  /** Emitted when the state, or what is known, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** How what is known stands to the job. */
  get state(): State {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      Signal.clearData(this);
    }
  }

  /** Gives up what is under way when the page closes. */
  protected get signal(): AbortSignal {
    return this._abort.signal;
  }

  /** Hear of the connection, as it is and whenever it changes, and of every change of the jobs. */
  protected follow(): void {
    this.jobs.changed.connect(this.onChanged, this);
    this.jobs.connectionChanged.connect(this.onConnection, this);
    this.onConnection(this.jobs);
  }

  protected abstract onConnection(jobs: IJobs): void;

  protected abstract onChanged(jobs: IJobs, change: IJobsChange): void;

  /** Something is known that was not. */
  protected tell(): void {
    this._changed.emit();
  }

  protected become(state: State): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
}
