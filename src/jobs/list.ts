import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobFilter, JobPage } from '../api';
import type { IJobs, IJobsChange } from '../tokens';
import { SparseRows } from './rows';
import { isActive } from './status';

/** Rows are asked for in aligned pages of this size. */
const PAGE = 100;

/** Rows kept; beyond that those far from the sight are forgotten and asked for again. */
const KEPT = 5000;

/** Which jobs the list shows. */
export interface IListQuery {
  readonly filter: JobFilter;
  readonly search: string;
}

/** Why rows may not move just now. */
export interface IHold {
  /** The pointer is over the list: nothing may come or go under it. */
  readonly pointer: boolean;
  /** The list is scrolled: nothing may come in above. */
  readonly scrolled: boolean;
}

/**
 * The jobs that a query matches, newest first, of which only the looked-at parts are known.
 *
 * Changes update known rows in place; jobs that come or go move rows at once or, while the list is
 * held, wait until it is let go.
 */
export class JobList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _rows = new SparseRows();
  private readonly _newcomers = new Map<string, Job>();
  private readonly _leavers = new Set<string>();
  /** What changed while a page was under way, which may have been read before. */
  private _meanwhile: Job[] = [];
  private _query: IListQuery = { filter: 'all', search: '' };
  private _hold: IHold = { pointer: false, scrolled: false };
  private _sight: readonly [first: number, last: number] = [0, PAGE - 1];
  private _isLoaded = false;
  private _isStale = true;
  private _isFetching = false;
  private _isDisposed = false;
  private _error: string | null = null;
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

  get query(): IListQuery {
    return this._query;
  }

  set query(query: IListQuery) {
    this._query = query;
    this._abort.abort();
    this._abort = new AbortController();
    this._isFetching = false;
    this._sight = [0, PAGE - 1];
    this.reload();
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

  /** Read again what is looked at, showing the old until then. */
  reload(): void {
    this._generation += 1;
    this._isStale = true;
    void this._fetch();
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
    if (pointer) {
      return;
    }
    if (this._leavers.size) {
      this._leavers.forEach(jobId => this._rows.remove(jobId));
      this._leavers.clear();
      this._restructured();
    }
    if (this._newcomers.size && !scrolled) {
      this.admit();
    }
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    if (change.reset) {
      this.reload();
      return;
    }
    if (this._isFetching) {
      this._meanwhile.push(...change.jobs);
      this._generation += change.deleted.length;
    }
    if (!this._isLoaded) {
      return;
    }
    change.deleted.forEach(jobId => this._onDeleted(jobId));
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
    const matches = this._matches(job);
    if (known) {
      if (known.seq > job.seq) {
        return;
      }
      this._rows.set(index, [job]);
      if (matches) {
        this._leavers.delete(jobId);
      } else {
        this._leavers.add(jobId);
      }
    } else if (this._rows.mayHide(job)) {
      // Whether it was in the list before cannot be told where statuses decide.
      if (!['all', 'recorded'].includes(this._query.filter)) {
        this.reload();
      }
    } else if (matches) {
      this._newcomers.set(jobId, job);
    } else {
      this._newcomers.delete(jobId);
    }
  }

  private _matches(job: Job): boolean {
    const { filter, search } = this._query;
    const text = search.toLowerCase();
    return (
      matchesFilter(job, filter) &&
      [job.job_id, job.description].some(part =>
        part.toLowerCase().includes(text)
      )
    );
  }

  /** Rows moved: pages under way would land in the wrong place. */
  private _restructured(): void {
    this._generation += 1;
    this._updated.emit();
    void this._fetch();
  }

  /** Read pages, one at a time, until what is looked at is known. */
  private async _fetch(): Promise<void> {
    if (this._isFetching || this._jobs.connection.kind !== 'online') {
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
    return Math.max(0, index + this._newcomers.size - gone.length);
  }

  private _nextUnknown(): number {
    const [first, last] = this._sight;
    if (this._isStale) {
      return first;
    }
    for (let index = first; index <= last && index < this.length; index++) {
      if (!this._rows.at(index)) {
        return index;
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
      this._rows.clear(page.total);
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

/** Whether a job is one of a filter's. */
function matchesFilter(job: Job, filter: JobFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'active':
      return isActive(job);
    case 'completed':
      return job.status === 'COMPLETED';
    case 'canceled':
      return job.status === 'CANCELED';
    case 'recorded':
      return job.recorded;
  }
}
