import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { LogLine, LogLines } from '../api';
import { messageOf } from '../format';
import { followJobs } from '../live/followJobs';
import type { IJobs } from '../tokens';
import { LineCache } from './cache';

/** Lines asked for at once. */
const PAGE = 200;

/** So many lines above and below the visible ones are read as well, to be there when somebody scrolls. */
const MARGIN = 100;

/**
 * The lines of a job's log by number, those that are visible, and how many there are by now.
 *
 * The end of the log is read whenever the job changes and, because a job prints between changes too, every
 * second until the log has ended.
 */
export class LogModel implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _poll: Poll;
  private readonly _following: IDisposable;
  private readonly _abort = new AbortController();
  private readonly _cache = new LineCache();
  private _total = 0;
  private _size = 0;
  private _indexed = 0;
  private _isLoaded = false;
  private _hasEnded = false;
  private _isWatched = true;
  private _isFetching = false;
  private _error: string | null = null;
  private _visible: readonly [first: number, last: number] | null = null;

  constructor(
    private readonly _jobs: IJobs,
    readonly jobId: string
  ) {
    this._poll = new Poll({
      name: `aibro:log:${jobId}`,
      factory: () => this._readEnd(),
      frequency: { interval: 1000, backoff: 2, max: 30_000 },
      standby: () => (this._isWatched ? 'when-hidden' : true)
    });
    this._following = followJobs(_jobs, [jobId], {
      onRows: () => {
        if (!this._hasEnded) {
          void this._poll.refresh();
        }
      }
    });
  }

  /** Emitted when there is something new to show. */
  get updated(): ISignal<this, void> {
    return this._updated;
  }

  get client(): IJobs['client'] {
    return this._jobs.client;
  }

  /** How many lines the log has, as far as it has been indexed. */
  get total(): number {
    return this._total;
  }

  /** The size of the log in bytes. */
  get size(): number {
    return this._size;
  }

  /** The part of the log that has been indexed, from 0 to 1. */
  get share(): number {
    return this._size ? this._indexed / this._size : 1;
  }

  /** Whether the log has been read once. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Whether nothing more will be added. */
  get hasEnded(): boolean {
    return this._hasEnded;
  }

  /** Why it could not be read, in words. */
  get error(): string | null {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  /** Whether the user sees the log: it is not read otherwise. */
  set isWatched(isWatched: boolean) {
    const isBack = isWatched && !this._isWatched;
    this._isWatched = isWatched;
    if (isBack && !this._hasEnded) {
      void this._poll.refresh();
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      this._following.dispose();
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  /** A line, counted from 0; `undefined` while it is being read. */
  line(index: number): LogLine | undefined {
    return this._cache.get(index);
  }

  /** Say which lines are visible, so that they are read. */
  setVisibleLines(first: number, last: number): void {
    this._visible = [first, last];
    void this._fetch();
  }

  /** Read again at once. */
  async retry(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick;
  }

  /** Read the end of the log, and with it how long the log is now. */
  private async _readEnd(): Promise<void> {
    try {
      do {
        // The last line is read again: it may have been incomplete.
        const first = this._total ? this._total - 1 : -PAGE;
        this._accept(await this._read(first), true);
        this._updated.emit();
      } while (this._indexed < this._size);
    } catch (error) {
      this._fail(error);
      throw error;
    }
    void this._fetch();
    if (this._hasEnded) {
      void this._poll.stop();
    }
  }

  /** Read pages, one at a time, until the visible lines are known. */
  private async _fetch(): Promise<void> {
    if (this._isFetching) {
      return;
    }
    this._isFetching = true;
    try {
      let first = this._nextUnknown();
      let before = -1;
      // When a page lacks the line it was read for, the line waits for the next poll: no endless requests.
      while (first !== null && first !== before) {
        this._accept(await this._read(first), false);
        this._updated.emit();
        before = first;
        first = this._nextUnknown();
      }
    } catch (error) {
      this._fail(error);
      // The poll finds out when the server is back, and then this goes on.
      void this._poll.refresh();
    } finally {
      this._isFetching = false;
    }
  }

  private _read(first: number): Promise<LogLines> {
    const { signal } = this._abort;
    const query = { first, limit: PAGE };
    return this._jobs.client.logLines(this.jobId, query, signal);
  }

  private _accept(page: LogLines, isEnd: boolean): void {
    this._error = null;
    if (page.size < this._size) {
      // An answer that was overtaken: its last line may be older than the known one.
      return;
    }
    if (isEnd) {
      this._isLoaded = true;
      this._total = page.total;
      this._size = page.size;
      this._indexed = page.indexed;
      this._hasEnded = page.ended && page.indexed === page.size;
    }
    const [first, last] = this._visible ?? [page.first, page.total];
    this._cache.add(page.first, page.lines, { first, last });
  }

  private _fail(error: unknown): void {
    if (!this.isDisposed) {
      this._error = messageOf(error);
      this._updated.emit();
    }
  }

  /** Where the next page begins that has lines visible now or soon; `null` when all are known. */
  private _nextUnknown(): number | null {
    if (!this._visible) {
      return null;
    }
    const [first, last] = this._visible;
    const isNearKnown = this._unknown(first - MARGIN, first - 1) === null;
    return (
      this._unknown(first, last + MARGIN) ??
      // A page above begins a whole page up: scrolling on must not ask for one line after the other.
      (isNearKnown ? null : this._unknown(first - PAGE, first - 1))
    );
  }

  /** The first line from `first` to `last` that is not known. */
  private _unknown(first: number, last: number): number | null {
    const end = Math.min(last, this._total - 1);
    for (let index = Math.max(0, first); index <= end; index++) {
      if (!this._cache.get(index)) {
        return index;
      }
    }
    return null;
  }
}
