import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JobCard } from '../../api';
import { troubleSentence } from '../../connection/trouble';
import { SnapshotFeed } from '../../output/feed';
import type { IJobs, IJobsChange } from '../../tokens';
import { CARDS } from '../card/source';

/** How a page stands to its job. */
export type PageState =
  | { readonly kind: 'loading' }
  /** It could not be read yet; `message` says why. */
  | { readonly kind: 'failed'; readonly message: string }
  | IOpenState;

/** The job was read, and is followed as far as the server is there. */
export interface IOpenState {
  readonly kind: 'open';
  readonly feed: SnapshotFeed<JobCard>;
}

/** What a page knows of its job: read as soon as the server is there, kept up to date from then on. */
export class PageFeed implements IDisposable {
  constructor(
    readonly jobId: string,
    private readonly _jobs: IJobs,
    private readonly _trans: TranslationBundle
  ) {
    _jobs.changed.connect(this._onChanged, this);
    _jobs.connectionChanged.connect(this._onConnection, this);
    this._onConnection(_jobs);
  }

  /** Emitted when the state, or the job itself, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): PageState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._abort.abort();
    if (this._state.kind === 'open') {
      this._state.feed.dispose();
    }
    Signal.clearData(this);
  }

  /** Try at once to read what could not be read. */
  async retry(): Promise<void> {
    if (this._jobs.connection.kind === 'online') {
      await this._load();
    } else {
      await this._jobs.retry();
    }
  }

  private _onConnection({ connection }: IJobs): void {
    if (this._state.kind === 'open') {
      this._changed.emit();
      return;
    }
    switch (connection.kind) {
      case 'connecting':
        this._become({ kind: 'loading' });
        break;
      case 'online':
        void this._load();
        break;
      default:
        this._become({
          kind: 'failed',
          message: troubleSentence(connection, this._trans)
        });
    }
  }

  private async _load(): Promise<void> {
    this._become({ kind: 'loading' });
    let state: PageState;
    try {
      const { signal } = this._abort;
      const card = await this._jobs.client.card(this.jobId, signal);
      // Meanwhile the connection may have come back once more.
      if (this.isDisposed || this._state.kind === 'open') {
        return;
      }
      const feed = new SnapshotFeed(card, CARDS, this._jobs);
      feed.changed.connect(() => this._changed.emit());
      state = { kind: 'open', feed };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      state = { kind: 'failed', message };
    }
    if (!this.isDisposed && this._state.kind !== 'open') {
      this._become(state);
    }
  }

  /** A feed rests when the job has ended; what changes then, such as its recording, is in its row. */
  private _onChanged(_: IJobs, { jobs }: IJobsChange): void {
    const job = jobs.find(({ job_id }) => job_id === this.jobId);
    if (job && this._state.kind === 'open') {
      const { feed } = this._state;
      if (feed.state.kind === 'ended') {
        feed.take({ ...feed.snapshot, job });
      }
    }
  }

  private _become(state: PageState): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private _state: PageState = { kind: 'loading' };
}
