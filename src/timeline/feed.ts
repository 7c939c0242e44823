import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { AibroRequestError, Refresher } from '../api';
import type { Timeline } from '../api';
import type { IJobs, IJobsChange } from '../tokens';
import { hasEnded } from './reading';

/** Changes of one job come in bursts; one request answers them all. In ms. */
const PAUSE = 200;

/** How the timeline at hand stands to the job. */
export type FeedState =
  /** The job is over, nothing will change. */
  | { readonly kind: 'ended' }
  /** The timeline is kept up to date. */
  | { readonly kind: 'live' }
  /** The server's part is not there, or not yet: this is what was known. */
  | { readonly kind: 'snapshot' }
  /** The job was deleted, or belongs to another server. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The timeline of one job, kept up to date from a snapshot until the job ends.
 *
 * The timeline of an ended job is never asked for again.
 */
export class TimelineFeed implements IDisposable {
  constructor(timeline: Timeline, jobs: IJobs | null) {
    this._timeline = timeline;
    this._jobs = jobs;
    this._state = { kind: hasEnded(timeline) ? 'ended' : 'snapshot' };
    if (jobs && this._state.kind !== 'ended') {
      jobs.changed.connect(this._onChanged, this);
      jobs.connectionChanged.connect(this._onConnection, this);
      this._onConnection(jobs);
    }
  }

  /** Emitted when the timeline or the state changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get state(): FeedState {
    return this._state;
  }

  get timeline(): Timeline {
    return this._timeline;
  }

  /** The moment up to which open periods reach, in seconds since the epoch; never goes back. */
  get now(): number {
    const live = this._state.kind === 'live' && this._jobs;
    this._now = Math.max(
      this._now,
      this._timeline.as_of,
      live ? live.now() : 0
    );
    return this._now;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._abort.abort();
    this._refresher.dispose();
    Signal.clearData(this);
  }

  private _onConnection(jobs: IJobs): void {
    if (jobs.connection.kind === 'online') {
      this._refresher.ask();
    } else if (this._state.kind !== 'snapshot') {
      this._become({ kind: 'snapshot' });
    }
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    const { job_id } = this._timeline;
    if (change.deleted.includes(job_id)) {
      this._stop({ kind: 'gone' });
    } else if (change.reset || change.jobs.some(it => it.job_id === job_id)) {
      this._refresher.ask();
    }
  }

  private async _fetch(): Promise<void> {
    const jobs = this._jobs;
    if (!jobs) {
      return;
    }
    const { job_id, char_type } = this._timeline;
    try {
      const { signal } = this._abort;
      this._timeline = await jobs.client.timeline(job_id, char_type, signal);
    } catch (error) {
      if (!this.isDisposed) {
        this._onError(error);
      }
      return;
    }
    if (this.isDisposed) {
      return;
    }
    if (hasEnded(this._timeline)) {
      this._stop({ kind: 'ended' });
    } else {
      this._become({ kind: 'live' });
    }
  }

  private _onError(error: unknown): void {
    if (error instanceof AibroRequestError && error.status === 404) {
      this._stop({ kind: 'gone' });
    } else {
      const message = error instanceof Error ? error.message : String(error);
      this._become({ kind: 'failed', message });
    }
  }

  /** Nothing will change any more. */
  private _stop(state: FeedState): void {
    this._refresher.dispose();
    this._jobs?.changed.disconnect(this._onChanged, this);
    this._jobs?.connectionChanged.disconnect(this._onConnection, this);
    this._become(state);
  }

  private _become(state: FeedState): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _jobs: IJobs | null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _abort = new AbortController();
  private readonly _refresher = new Refresher(() => this._fetch(), PAUSE);
  private _now = 0;
  private _timeline: Timeline;
  private _state: FeedState;
}
