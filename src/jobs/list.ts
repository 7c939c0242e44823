import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobPage } from '../api';
import type { IJobs, IJobsChange } from '../tokens';
import { EVERYTHING, isSettled, matches } from './query';
import type { IListQuery } from './query';
import { SparseRows } from './rows';
import { isActive } from './status';

/** Rows are asked for in aligned pages of this size. */
const PAGE = 100;

/** Rows kept; beyond that those far from the sight are forgotten and asked for again. */
const KEPT = 5000;

/** Some neighbouring rows: the first and the last. */
type IStretch = readonly [first: number, last: number];

/** Why rows may not move just now. */
export interface IHold {
  /** The pointer is over the list: nothing may come or go under it. */
  readonly pointer: boolean;
  /** The list is scrolled: nothing may come in above. */
  readonly scrolled: boolean;
}

/**
 * The jobs that a query matches, of which only the looked-at parts are known.
 *
 * Changes update known rows in place; jobs that come or go move rows at once or, while the list is
 * held, wait until it is let go.
 */
export class JobList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _removed = new Signal<this, string>(this);
  private readonly _rows = new SparseRows();
  private readonly _newcomers = new Map<string, Job>();
  private readonly _leavers = new Set<string>();
  /** What changed while a page was under way, which may have been read before. */
  private _meanwhile: Job[] = [];
  private _query = EVERYTHING;
  private _hold: IHold = { pointer: false, scrolled: false };
  private _sight: IStretch = [0, PAGE - 1];
  private _need: IStretch | null = null;
  private _isLoaded = false;
  private _isStale = true;
  private _isFetching = false;
  private _isDisposed = false;
  private _error: string | null = null;
  /** The job to go to once its row is known. */
  private _wanted: string | null = null;
  /** Counts what makes a page under way useless. */
  private _generation = 0;
  private _abort = new AbortController();

  constructor(private readonly _jobs: IJobs) {
    _jobs.changed.connect(this._onChanged, this);
    _jobs.connectionChanged.connect(() => void this._fetch(), this);
    void this._fetch();
  }

  /** Emitted whenever something to be seen changed. */
  get updated(): ISignal<this, void> {
    return this._updated;
  }

  /** Emitted with the id of a job that is not in the list any more. */
  get removed(): ISignal<this, string> {
    return this._removed;
  }

  get query(): IListQuery {
    return this._query;
  }

  set query(query: IListQuery) {
    this._query = query;
    this._abort.abort();
    this._abort = new AbortController();
    this._isFetching = false;
    this._sight = [0, PAGE - 1];
    this._need = null;
    this.reload();
    this._updated.emit();
  }

  /** Whether the first page of this query, or of an earlier one, has arrived. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  /** Why the last page could not be read, in words. */
  get error(): string | null {
    return this._error;
  }

  /** Rows in the list, known or not. */
  get length(): number {
    return this._rows.length;
  }

  /** Jobs that wait above the list until it is let go. */
  get waiting(): number {
    return this._newcomers.size;
  }

  /** Whether a known row can still change. */
  get hasActive(): boolean {
    for (const job of this._rows.jobs()) {
      if (isActive(job)) {
        return true;
      }
    }
    return false;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._abort.abort();
    Signal.clearData(this);
  }

  /** The job of a row; `undefined` while its page is under way. */
  row(index: number): Job | undefined {
    return this._rows.at(index);
  }

  /** Where a job is; -1 when its row is not known. */
  indexOf(jobId: string): number {
    return this._rows.indexOf(jobId);
  }

  /** A job by its id, when it is known. */
  find(jobId: string): Job | undefined {
    return this._rows.at(this.indexOf(jobId)) ?? this._newcomers.get(jobId);
  }

  /** Tell which rows are looked at, so that they get known. */
  look(first: number, last: number): void {
    this._sight = [first, last];
    void this._fetch();
  }

  /** Rows that are to be known besides those looked at. */
  set need(need: IStretch | null) {
    this._need = need;
    void this._fetch();
  }

  /** The machines of the known jobs. */
  get machines(): ReadonlySet<string> {
    const machines = new Set<string>();
    for (const { machine_id: machine } of this._rows.jobs()) {
      if (machine !== null) {
        machines.add(machine);
      }
    }
    return machines;
  }

  /** Read again what is looked at, showing the old until then. */
  reload(): void {
    this._generation += 1;
    this._isStale = true;
    void this._fetch();
  }

  /** Go to a job among the newest, whatever the list shows now. */
  reveal(jobId: string): void {
    this._wanted = jobId;
    if (this.find(jobId)) {
      this.admit();
    } else {
      this.query = EVERYTHING;
    }
    this._updated.emit();
  }

  /** The row to go to, once; -1 when there is none. */
  takeWanted(): number {
    const index = this._wanted === null ? -1 : this.indexOf(this._wanted);
    if (index >= 0) {
      this._wanted = null;
    }
    return index;
  }

  /** Tell whether rows may move; what waited for it happens now. */
  set hold(hold: IHold) {
    this._hold = hold;
    this._settle();
  }

  /** Let the waiting jobs in, although the list is held. */
  admit(): void {
    const jobs = [...this._newcomers.values()];
    this._newcomers.clear();
    if (!jobs.every(job => this._rows.insert(job))) {
      this.reload();
    }
    this._restructured();
  }

  /** Let jobs come and go as far as nothing holds the list. */
  private _settle(): void {
    const { pointer, scrolled } = this._hold;
    if (this._leavers.size && !pointer) {
      const leavers = [...this._leavers];
      this._leavers.clear();
      leavers.forEach(jobId => {
        this._rows.remove(jobId);
        this._removed.emit(jobId);
      });
      this._restructured();
    }
    // Below the oldest ones they move nothing.
    const movesRows = this._rows.isNewestFirst;
    if (this._newcomers.size && !(movesRows && (pointer || scrolled))) {
      this.admit();
    }
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    if (change.reset) {
      this.reload();
      return;
    }
    if (change.jobs.some(job => job.foreign && !this.find(job.job_id))) {
      this.reload();
    }
    if (this._isFetching) {
      this._meanwhile.push(...change.jobs);
      this._generation += change.deleted.length;
    }
    if (!this._isLoaded) {
      return;
    }
    change.deleted.forEach(jobId => {
      this._onDeleted(jobId);
      this._removed.emit(jobId);
    });
    change.jobs.forEach(job => this._onRow(job));
    this._settle();
    this._updated.emit();
  }

  private _onDeleted(jobId: string): void {
    this._leavers.delete(jobId);
    if (this._newcomers.delete(jobId)) {
      return;
    }
    if (this.indexOf(jobId) >= 0) {
      this._rows.remove(jobId);
      this._restructured();
    } else if (this._rows.known < this._rows.length) {
      this.reload();
    }
  }

  private _onRow(job: Job): void {
    const { job_id: jobId } = job;
    const index = this.indexOf(jobId);
    const known = this._rows.at(index);
    const isMatch = matches(job, this._query);
    if (known) {
      if (known.seq > job.seq) {
        return;
      }
      this._rows.set(index, [job]);
      if (isMatch) {
        this._leavers.delete(jobId);
      } else {
        this._leavers.add(jobId);
      }
    } else if (job.foreign) {
      // Its age does not tell where it stands: the list is read again instead.
      return;
    } else if (this._rows.mayHide(job)) {
      // Whether it was in the list before cannot be told where statuses decide.
      if (!isSettled(this._query)) {
        this.reload();
      }
      if (!isMatch) {
        this._removed.emit(jobId);
      }
    } else if (isMatch) {
      this._newcomers.set(jobId, job);
    } else {
      this._newcomers.delete(jobId);
    }
  }

  /** Rows moved: pages under way would land in the wrong place. */
  private _restructured(): void {
    this._generation += 1;
    this._updated.emit();
    void this._fetch();
  }

  /** Read pages, one at a time, until what is looked at is known. */
  private async _fetch(): Promise<void> {
    const { connection } = this._jobs;
    if (
      this._isFetching ||
      connection.kind !== 'online' ||
      this._nextUnknown() < 0
    ) {
      return;
    }
    this._isFetching = true;
    const { signal } = this._abort;
    try {
      await this._fetchUnknown(signal);
    } catch (error) {
      if (!signal.aborted) {
        this._error = error instanceof Error ? error.message : String(error);
        this._updated.emit();
        // The shared connection notices, tells and recovers; then this list goes on.
        void this._jobs.retry();
      }
    } finally {
      if (!signal.aborted) {
        this._isFetching = false;
      }
    }
  }

  private async _fetchUnknown(signal: AbortSignal): Promise<void> {
    let index = this._nextUnknown();
    let before = -1;
    // A row that its own page did not bring waits for the next change instead of being asked for again.
    while (index >= 0 && index !== before) {
      const first = Math.floor(index / PAGE) * PAGE;
      const generation = this._generation;
      this._meanwhile = [];
      const page = await this._jobs.client.jobs(
        { ...this._query, offset: this._offsetOf(first), limit: PAGE },
        signal
      );
      before = -1;
      if (generation === this._generation) {
        this._place(first, page);
        before = index;
      }
      index = this._nextUnknown();
    }
  }

  /** Where a row is on the server: newcomers are there already, leavers are gone. */
  private _offsetOf(index: number): number {
    if (this._isStale) {
      return index;
    }
    const gone = [...this._leavers].filter(id => this.indexOf(id) < index);
    const above = this._rows.isNewestFirst ? this._newcomers.size : 0;
    return Math.max(0, index + above - gone.length);
  }

  private _nextUnknown(): number {
    if (this._isStale) {
      return this._sight[0];
    }
    const stretches = this._need ? [this._sight, this._need] : [this._sight];
    for (const [first, last] of stretches) {
      for (let index = first; index <= last && index < this.length; index++) {
        if (!this._rows.at(index)) {
          return index;
        }
      }
    }
    // The top tells new jobs from unknown old ones, so it is known always; and so is the end, which
    // is where a person jumps to.
    const ends = this.length ? [0, this.length - 1] : [];
    return ends.find(index => !this._rows.at(index)) ?? -1;
  }

  private _place(first: number, page: JobPage): void {
    const expected =
      this._rows.length + this._newcomers.size - this._leavers.size;
    if (this._isStale || page.total !== expected) {
      this._rows.clear(page.total, this._query.sort === '-created');
      this._newcomers.clear();
      this._leavers.clear();
      this._isStale = false;
      this._isLoaded = true;
    }
    this._error = null;
    this._rows.set(first, page.jobs);
    this._forgetFar();
    this._meanwhile.forEach(job => this._onRow(job));
    this._settle();
    this._updated.emit();
  }

  private _forgetFar(): void {
    if (this._rows.known > KEPT) {
      const [first, last] = this._sight;
      const reach = KEPT / 4;
      this._rows.forget(
        index =>
          index >= PAGE &&
          index < this.length - PAGE &&
          (index < first - reach || index > last + reach)
      );
    }
  }
}
