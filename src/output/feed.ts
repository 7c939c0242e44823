import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { AibroRequestError, Refresher } from '../api';
import type { AibroClient, Job } from '../api';
import { messageOf } from '../format';
import { followJobs } from '../live/followJobs';
import type { Connection, IJobs } from '../tokens';

/** How the shown snapshot relates to its jobs. */
export type FeedState =
  /** The jobs have ended: nothing will change. */
  | { readonly kind: 'ended' }
  /** The server is asked for the first time. */
  | { readonly kind: 'loading' }
  /** It is kept up to date. */
  | { readonly kind: 'live' }
  /** AIbro's server part is not available, or not yet: this is what was saved or read last. */
  | { readonly kind: 'snapshot' }
  /** A job was deleted, or belongs to another server. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string };

/** A kind of snapshot: which jobs it shows, and how to get a newer one. */
export interface ISnapshotSource<T> {
  /** Changes of a job come in bursts: at most one request in so many ms. */
  readonly pause: number;
  jobIds(snapshot: T): readonly string[];
  hasEnded(snapshot: T): boolean;
  /** When it was read, in seconds since the epoch. */
  asOf(snapshot: T): number;
  /** Ask the server for a newer one. */
  read(snapshot: T, client: AibroClient, signal: AbortSignal): Promise<T>;
  /**
   * Make a newer snapshot from a job's new row alone.
   *
   * @returns the same object when there is nothing new in it; `null` when the row is not enough, and the
   * server has to be asked.
   */
  adopt?(snapshot: T, job: Job, now: number): T | null;
}

/**
 * The snapshot of an output, kept up to date until its jobs end.
 *
 * The server is never asked about ended jobs.
 */
export class SnapshotFeed<T> implements IDisposable {
  constructor(
    snapshot: T,
    private readonly _source: ISnapshotSource<T>,
    private readonly _jobs: IJobs | null
  ) {
    this._snapshot = snapshot;
    this._refresher = new Refresher(() => this._read(), _source.pause);
    this._follow();
  }

  /** Emitted when the snapshot or the state changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emitted once, when the server said that the jobs ended. */
  get ended(): ISignal<this, T> {
    return this._ended;
  }

  get state(): FeedState {
    return this._state;
  }

  get snapshot(): T {
    return this._snapshot;
  }

  /** The present of what still goes on in the snapshot, in seconds since the epoch; it never goes back. */
  get now(): number {
    const live = this._state.kind === 'live' && this._jobs;
    this._now = Math.max(
      this._now,
      this._source.asOf(this._snapshot),
      live ? live.now() : 0
    );
    return this._now;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  /** Whether it is on screen; otherwise only a new substatus of a job is read at once. */
  set isVisible(isVisible: boolean) {
    this._isVisible = isVisible;
    if (isVisible && this._isBehind) {
      this._isBehind = false;
      this._refresher.ask();
    }
  }

  /**
   * Accept a snapshot from elsewhere, unless the known one of the same jobs is newer. When it shows other
   * jobs, those are followed instead.
   */
  take(snapshot: T): void {
    const { asOf, hasEnded } = this._source;
    if (!this._isOfSameJobs(snapshot)) {
      this._leave();
      this._snapshot = snapshot;
      this._now = 0;
      this._follow();
      this._changed.emit();
    } else if (hasEnded(snapshot)) {
      this._snapshot = snapshot;
      this._stop({ kind: 'ended' });
    } else if (asOf(snapshot) >= asOf(this._snapshot)) {
      this._snapshot = snapshot;
      this._changed.emit();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._abort.abort();
    this._leave();
    this._refresher.dispose();
    Signal.clearData(this);
  }

  private _onConnection({ kind }: Connection): void {
    if (kind === 'online') {
      this._refresher.ask();
    } else if (this._state.kind !== 'snapshot') {
      this._become({ kind: 'snapshot' });
    }
  }

  private _onRows(rows: readonly Job[], jobs: IJobs): void {
    const hasNews = rows.some(
      ({ job_id, substatus }) => this._substatuses.get(job_id) !== substatus
    );
    rows.forEach(it => this._substatuses.set(it.job_id, it.substatus));
    if (!this._isVisible && !hasNews) {
      this._isBehind = true;
      return;
    }
    const adopted =
      this._state.kind === 'live'
        ? this._source.adopt?.(this._snapshot, rows[0], jobs.now())
        : null;
    if (!adopted) {
      this._refresher.ask();
    } else if (adopted !== this._snapshot) {
      this._snapshot = adopted;
      this._changed.emit();
    }
  }

  private async _read(): Promise<void> {
    if (!this._jobs || this._isFinal) {
      return;
    }
    const { client } = this._jobs;
    const { signal } = this._abort;
    const known = this._snapshot;
    let snapshot;
    try {
      snapshot = await this._source.read(known, client, signal);
    } catch (error) {
      if (this._isWaitingFor(known)) {
        this._onError(error);
      }
      return;
    }
    if (!this._isWaitingFor(known)) {
      return;
    }
    const { asOf, hasEnded } = this._source;
    if (hasEnded(snapshot)) {
      this._snapshot = snapshot;
      this._stop({ kind: 'ended' });
      this._ended.emit(snapshot);
      return;
    }
    // The kernel may have shown a newer one meanwhile.
    if (asOf(snapshot) >= asOf(this._snapshot)) {
      this._snapshot = snapshot;
    }
    this._become({ kind: 'live' });
  }

  /** False when a snapshot of other jobs, or with the end, was accepted meanwhile. */
  private _isWaitingFor(known: T): boolean {
    return !this.isDisposed && !this._isFinal && this._isOfSameJobs(known);
  }

  private _isOfSameJobs(snapshot: T): boolean {
    const { jobIds } = this._source;
    return jobIds(snapshot).join() === jobIds(this._snapshot).join();
  }

  private get _isFinal(): boolean {
    return this._state.kind === 'ended' || this._state.kind === 'gone';
  }

  private _onError(error: unknown): void {
    if (error instanceof AibroRequestError && error.status === 404) {
      this._stop({ kind: 'gone' });
    } else {
      this._become({ kind: 'failed', message: messageOf(error) });
    }
  }

  /** Follow the jobs of the snapshot unless they have ended. */
  private _follow(): void {
    if (this._source.hasEnded(this._snapshot)) {
      this._state = { kind: 'ended' };
      return;
    }
    const isOnline = this._jobs?.connection.kind === 'online';
    this._state = { kind: isOnline ? 'loading' : 'snapshot' };
    const jobs = this._jobs;
    this._following =
      jobs &&
      followJobs(jobs, this._source.jobIds(this._snapshot), {
        onConnection: connection => this._onConnection(connection),
        onDeleted: () => this._stop({ kind: 'gone' }),
        onReset: () => this._refresher.ask(),
        onRows: rows => this._onRows(rows, jobs)
      });
  }

  private _leave(): void {
    this._following?.dispose();
  }

  /** Nothing will change any more. */
  private _stop(state: FeedState): void {
    this._leave();
    this._become(state);
  }

  private _become(state: FeedState): void {
    this._state = state;
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, T>(this);
  private readonly _abort = new AbortController();
  private readonly _refresher: Refresher;
  private _following: IDisposable | null = null;
  /** The substatus of each job in its last row. */
  private readonly _substatuses = new Map<string, string>();
  private _isVisible = true;
  /** Whether something changed while it was not on screen. */
  private _isBehind = false;
  private _now = 0;
  private _state: FeedState = { kind: 'snapshot' };
  private _snapshot: T;
}
