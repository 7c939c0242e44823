import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { Refresher, readEpochs } from '../../api';
import type { Epoch } from '../../api';
import type { IJobs, IJobsChange } from '../../tokens';

/** Epochs may end many times a second; one request answers all within so many ms. */
const PAUSE = 500;

/** How the known epochs stand to the job's. */
export type EpochState =
  | { readonly kind: 'loading' }
  /** They are kept up to date, or nothing will change any more. */
  | { readonly kind: 'live' }
  | { readonly kind: 'failed'; readonly message: string };

/** The ended epochs of a job, kept up to date; what is known is never asked for again. */
export class EpochFeed implements IDisposable {
  constructor(
    readonly jobId: string,
    private readonly _jobs: IJobs
  ) {
    _jobs.changed.connect(this._onChanged, this);
    _jobs.connectionChanged.connect(this._onConnection, this);
    this._onConnection(_jobs);
  }

  /** Emitted when the epochs or the state changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** In order; another list whenever there are more. */
  get epochs(): readonly Epoch[] {
    return this._epochs;
  }

  get state(): EpochState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      this._refresher.dispose();
      Signal.clearData(this);
    }
  }

  private _onConnection({ connection }: IJobs): void {
    if (connection.kind === 'online') {
      this._refresher.ask();
    }
  }

  private _onChanged(_: IJobs, { jobs, reset }: IJobsChange): void {
    const job = jobs.find(({ job_id }) => job_id === this.jobId);
    const known = this._epochs.at(-1)?.epoch ?? 0;
    if (reset || (job && (job.epoch > known || job.ended_at !== null))) {
      this._refresher.ask();
    }
  }

  private async _read(): Promise<void> {
    const { client } = this._jobs;
    const { signal } = this._abort;
    try {
      this._epochs = await readEpochs(client, this.jobId, this._epochs, signal);
      this._become({ kind: 'live' });
    } catch (error) {
      if (!this.isDisposed) {
        const message = error instanceof Error ? error.message : String(error);
        this._become({ kind: 'failed', message });
      }
    }
  }

  private _become(state: EpochState): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private readonly _refresher = new Refresher(() => this._read(), PAUSE);
  private _epochs: readonly Epoch[] = [];
  private _state: EpochState = { kind: 'loading' };
}
