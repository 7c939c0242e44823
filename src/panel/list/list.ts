import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobPage } from '../../api';
import { hasEnded } from '../../job/model/job';
import type { IJobs, IJobsChange } from '../../tokens';
import { LiveRows } from './liveRows';
import type { IHold } from './liveRows';
import { NeededRows } from './neededRows';
import type { RowRange } from './neededRows';
import { EVERYTHING } from './query';
import type { IListQuery } from './query';
import { PageReader } from './reader';

/** The jobs that a query matches, kept up to date; only the rows that are needed are read from the server. */
export class JobList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _removed = new Signal<this, string>(this);
  private readonly _live = new LiveRows();
  private readonly _needed = new NeededRows();
  private readonly _reader: PageReader;
  private _query = EVERYTHING;
  private _isLoaded = false;
  private _isStale = true;
  private _isDisposed = false;
  private _error: string | null = null;
  /** The job to go to once its row is known. */
  private _wanted: string | null = null;

  constructor(jobs: IJobs) {
    this._reader = new PageReader(jobs, {
      query: () => this._query,
      nextUnknown: () => this._nextUnknown(),
      offsetOf: index => (this._isStale ? index : this._live.offsetOf(index)),
      place: (first, page, meanwhile) => this._place(first, page, meanwhile),
      fail: message => {
        this._error = message;
        this._updated.emit();
      }
    });
    this._live.outdated.connect(() => this.reload());
    this._live.removed.connect((_, jobId) => this._removed.emit(jobId));
    this._live.moved.connect(() => {
      this._reader.invalidate();
      this._updated.emit();
    });
    jobs.changed.connect(this._onChanged, this);
    jobs.connectionChanged.connect(this._onConnectionChanged, this);
    void this._reader.read();
  }

  /** Emitted whenever something visible changed. */
  get updated(): ISignal<this, void> {
    return this._updated;
  }

  /** Emitted with the id of a job that is no longer in the list. */
  get removed(): ISignal<this, string> {
    return this._removed;
  }

  get query(): IListQuery {
    return this._query;
  }

  set query(query: IListQuery) {
    this._query = query;
    this._reader.abort();
    this._needed.reset();
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
    return this._live.rows.length;
  }

  /** Whether every row is known. */
  get isWhole(): boolean {
    return this._live.rows.known === this.length;
  }

  /** How many new jobs wait above the list until its rows may move. */
  get waiting(): number {
    return this._live.waiting;
  }

  /** Whether a known row can still change. */
  get hasActive(): boolean {
    for (const job of this._live.rows.jobs()) {
      if (!hasEnded(job)) {
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
    this._reader.abort();
    Signal.clearData(this);
  }

  /** The job of a row; `undefined` while its page is under way. */
  row(index: number): Job | undefined {
    return this._live.rows.at(index);
  }

  /** Where a job is; -1 when its row is not known. */
  indexOf(jobId: string): number {
    return this._live.rows.indexOf(jobId);
  }

  /** A job by its id, when it is known. */
  find(jobId: string): Job | undefined {
    return this._live.find(jobId);
  }

  /** The machines of the known jobs. */
  get machines(): ReadonlySet<string> {
    const machines = new Set<string>();
    for (const { machine_id: machine } of this._live.rows.jobs()) {
      if (machine !== null) {
        machines.add(machine);
      }
    }
    return machines;
  }

  /** Say which rows are visible, so that they are read. */
  setVisibleRows(first: number, last: number): void {
    this._needed.setVisible([first, last]);
    void this._reader.read();
  }

  /** Rows that have to be known besides the visible ones. */
  set need(need: RowRange | null) {
    this._needed.setNeeded(need);
    void this._reader.read();
  }

  /** Read the needed rows again; the old ones are shown until then. */
  reload(): void {
    this._isStale = true;
    this._reader.invalidate();
  }

  /** Go to a job; when the query does not match it, to the list of all jobs. */
  reveal(jobId: string): void {
    this._wanted = jobId;
    if (this.find(jobId)) {
      this.admit();
    } else {
      this.query = EVERYTHING;
    }
    this._updated.emit();
  }

  /** The row to go to; -1 when there is none. Each row is returned once. */
  takeWanted(): number {
    const index = this._wanted === null ? -1 : this.indexOf(this._wanted);
    if (index >= 0) {
      this._wanted = null;
    }
    return index;
  }

  /** Say what keeps rows from moving; moves that waited for its end happen now. */
  set hold(hold: IHold) {
    this._live.hold = hold;
  }

  /** Insert the waiting jobs at once, whatever keeps rows from moving. */
  admit(): void {
    this._live.admit();
  }

  private _onConnectionChanged(): void {
    void this._reader.read();
  }

  private _onChanged(_: IJobs, change: IJobsChange): void {
    if (change.reset) {
      this.reload();
      return;
    }
    if (change.jobs.some(job => job.foreign && !this.find(job.job_id))) {
      this.reload();
    }
    this._reader.follow(change);
    if (!this._isLoaded) {
      return;
    }
    change.deleted.forEach(jobId => this._live.delete(jobId));
    change.jobs.forEach(job => this._live.accept(job, this._query));
    this._live.settle();
    this._updated.emit();
  }

  private _nextUnknown(): number {
    return this._isStale
      ? this._needed.firstVisible
      : this._needed.firstUnknown(this._live.rows);
  }

  private _place(
    first: number,
    page: JobPage,
    meanwhile: readonly Job[]
  ): void {
    if (this._isStale || !this._live.agreesWith(page)) {
      this._live.clear(page.total, this._query.sort === '-created');
      this._isStale = false;
      this._isLoaded = true;
    }
    this._error = null;
    this._live.rows.set(first, page.jobs);
    this._needed.forgetFar(this._live.rows);
    meanwhile.forEach(job => this._live.accept(job, this._query));
    this._live.settle();
    this._updated.emit();
  }
}
