import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobFilter, JobPage } from '../api';
import type { IJobs, IJobsChange } from '../tokens';
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
 * Rows are a sparse array over the server's pages. Changes update known rows in place; jobs that
 * come or go move rows at once or, while the list is held, wait until it is let go.
 */
export class JobList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private _query: IListQuery = { filter: 'all', search: '' };
  private _rows: (Job | undefined)[] = [];
  private _index = new Map<string, number>();
  private _newcomers = new Map<string, Job>();
  private _leavers = new Set<string>();
  /** What changed while a page was under way, which may have been read before. */
  private _meanwhile: Job[] = [];
  private _hold: IHold = { pointer: false, scrolled: false };
  private _sight: readonly [first: number, last: number] = [0, PAGE - 1];
  private _isLoaded = false;
  private _isStale = true;
  private _error: string | null = null;
  private _fetching = false;
  /** Counts what makes a page under way useless. */
  private _generation = 0;
  private _abort = new AbortController();
  private _isDisposed = false;

  constructor(private readonly _jobs: IJobs) {
    _jobs.changed.connect(this._onChanged, this);
    _jobs.connectionChanged.connect(this._fetch, this);
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
    this._fetching = false;
    this._sight = [0, PAGE - 1];
    this._stale();
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
    return this._rows[index];
  }

  /** Where a job is; -1 when its row is not known. */
  indexOf(jobId: string): number {
    return this._index.get(jobId) ?? -1;
  }

  /** A job by its id, when its row is known. */
  find(jobId: string): Job | undefined {
    return this._rows[this.indexOf(jobId)] ?? this._newcomers.get(jobId);
  }

  /** Whether a known row can still change. */
  get hasActive(): boolean {
    let found = false;
    this._rows.forEach(job => (found ||= job !== undefined && isActive(job)));
    return found;
  }

  /** Tell which rows are looked at, so that they get known. */
  look(first: number, last: number): void {
    this._sight = [first, last];
    void this._fetch();
  }

  /** Read again what is looked at. */
  reload(): void {
    this._stale();
  }

  /** Tell whether rows may move; what waited for it happens now. */
  set hold(hold: IHold) {
    this._hold = hold;
    if (!hold.pointer && (this._leavers.size || !hold.scrolled)) {
      this._settle();
    }
  }

  /** Let the waiting jobs in, although the list is held. */
  admit(): void {
    this._newcomers.forEach(job => this._insert(job));
    this._newcomers.clear();
    this._restructured();
  }

  private _settle(): void {
    if (!this._newcomers.size && !this._leavers.size) {
      return;
    }
    this._leavers.forEach(jobId => this._remove(jobId));
    this._leavers.clear();
    if (this._hold.scrolled) {
      this._restructured();
    } else {
      this.admit();
    }
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    if (change.reset) {
      this._stale();
      return;
    }
    if (this._fetching) {
      this._meanwhile.push(...change.jobs);
      this._generation += change.deleted.length;
    }
    if (!this._isLoaded) {
      return;
    }
    for (const jobId of change.deleted) {
      this._onDeleted(jobId);
    }
    for (const job of change.jobs) {
      this._onRow(job);
    }
    if (!this._hold.pointer) {
      this._settle();
    }
    this._updated.emit();
  }

  private _onDeleted(jobId: string): void {
    this._leavers.delete(jobId);
    if (this._newcomers.delete(jobId)) {
      return;
    }
    if (this._index.has(jobId)) {
      this._remove(jobId);
      this._restructured();
    } else if (this._index.size < this._rows.length) {
      this._stale();
    }
  }

  private _onRow(job: Job): void {
    const { job_id: jobId } = job;
    const index = this.indexOf(jobId);
    const matches = this._matches(job);
    const known = this._rows[index];
    if (known) {
      if (known.seq > job.seq) {
        return;
      }
      this._rows[index] = job;
      if (matches) {
        this._leavers.delete(jobId);
      } else {
        this._leavers.add(jobId);
      }
    } else if (this._isUnknownOld(job)) {
      // Whether it was in the list before cannot be told where statuses decide.
      if (!['all', 'recorded'].includes(this._query.filter)) {
        this._stale();
      }
    } else if (matches) {
      this._newcomers.set(jobId, job);
    } else {
      this._newcomers.delete(jobId);
    }
  }

  /** Whether a job that is not known may be a row further down: it is older than the known top. */
  private _isUnknownOld(job: Job): boolean {
    if (this._index.size === this._rows.length) {
      return false;
    }
    const { _rows: rows } = this;
    let end = 0;
    while (end < rows.length && rows[end]) {
      end += 1;
    }
    const oldest = rows[end - 1];
    return !oldest || job.created_at < oldest.created_at;
  }

  private _matches(job: Job): boolean {
    const { filter, search } = this._query;
    const text = search.toLocaleLowerCase();
    return (
      matchesFilter(job, filter) &&
      [job.job_id, job.description].some(part =>
        part.toLocaleLowerCase().includes(text)
      )
    );
  }

  /** Put a job where it belongs by its age. */
  private _insert(job: Job): void {
    let at = this._rows.findIndex(
      row => row && row.created_at <= job.created_at
    );
    at = at < 0 ? this._rows.length : at;
    if (at > 0 && !this._rows[at - 1]) {
      this._stale();
      return;
    }
    this._rows.splice(at, 0, job);
    this._reindex();
  }

  private _remove(jobId: string): void {
    const index = this.indexOf(jobId);
    if (index >= 0) {
      this._rows.splice(index, 1);
      this._reindex();
    }
  }

  private _reindex(): void {
    this._index.clear();
    this._rows.forEach((job, index) => job && this._index.set(job.job_id, index));
  }

  /** Rows moved: pages under way would land in the wrong place. */
  private _restructured(): void {
    this._generation += 1;
    this._updated.emit();
    void this._fetch();
  }

  /** What is known may be wrong: read again what is looked at, showing the old until then. */
  private _stale(): void {
    this._generation += 1;
    this._isStale = true;
    void this._fetch();
  }

  /** Read pages, one at a time, until what is looked at is known. */
  private async _fetch(): Promise<void> {
    if (this._fetching || this._jobs.connection.kind !== 'online') {
      return;
    }
    this._fetching = true;
    const { signal } = this._abort;
    try {
      let index = this._nextUnknown();
      let before = -1;
      // A row that its own page did not bring waits for the next change instead of being asked for again.
      while (index >= 0 && index !== before && !signal.aborted) {
        const first = Math.floor(index / PAGE) * PAGE;
        const generation = this._generation;
        this._meanwhile = [];
        const page = await this._jobs.client.jobs(
          {
            ...this._query,
            offset: Math.max(0, first + this._displacement(first)),
            limit: PAGE
          },
          signal
        );
        before = -1;
        if (generation === this._generation) {
          this._error = null;
          this._place(first, page);
          before = index;
        }
        index = this._nextUnknown();
      }
    } catch (error) {
      if (!signal.aborted) {
        this._error = error instanceof Error ? error.message : String(error);
        this._updated.emit();
        // The shared connection notices, tells and recovers; then this list goes on.
        void this._jobs.retry();
      }
    } finally {
      if (!signal.aborted) {
        this._fetching = false;
      }
    }
  }

  /** How much further down a row is on the server: newcomers are there already, leavers gone. */
  private _displacement(index: number): number {
    let displacement = this._isStale ? 0 : this._newcomers.size;
    if (!this._isStale) {
      this._leavers.forEach(jobId => {
        displacement -= this.indexOf(jobId) < index ? 1 : 0;
      });
    }
    return displacement;
  }

  private _nextUnknown(): number {
    const [first, last] = this._sight;
    if (this._isStale) {
      return first;
    }
    for (let index = first; index <= last && index < this.length; index++) {
      if (!this._rows[index]) {
        return index;
      }
    }
    // The top tells new jobs from unknown old ones, so it is known always.
    return this.length && !this._rows[0] ? 0 : -1;
  }

  private _place(first: number, page: JobPage): void {
    const expected =
      this._rows.length + this._newcomers.size - this._leavers.size;
    if (this._isStale || page.total !== expected) {
      this._rows = new Array<Job | undefined>(page.total);
      this._newcomers.clear();
      this._leavers.clear();
      this._isStale = false;
      this._isLoaded = true;
    }
    page.jobs.forEach((job, offset) => (this._rows[first + offset] = job));
    this._forgetFar();
    this._reindex();
    this._meanwhile.forEach(job => this._onRow(job));
    if (!this._hold.pointer) {
      this._settle();
    }
    this._updated.emit();
  }

  private _forgetFar(): void {
    if (this._index.size > KEPT) {
      const [first, last] = this._sight;
      this._rows.forEach((_, index) => {
        const isFar = index < first - KEPT / 4 || index > last + KEPT / 4;
        if (isFar && index >= PAGE) {
          delete this._rows[index];
        }
      });
    }
  }
}

/** Whether a job is one of a filter's. */
export function matchesFilter(job: Job, filter: JobFilter): boolean {
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
