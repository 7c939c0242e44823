import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobPage } from '../../api';
import { hasEnded } from '../../job/model/job';
import type { IJobs, IJobsChange } from '../../tokens';
import { LiveRows } from './liveRows';
import type { IHold } from './liveRows';
import { Sight } from './neededRows';
import type { Stretch } from './neededRows';
import { EVERYTHING } from './query';
import type { IListQuery } from './query';
import { PageReader } from './reader';

/** The jobs that a query matches, live, of which only the looked-at parts are known. */
export class JobList implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _removed = new Signal<this, string>(this);
  private readonly _live = new LiveRows();
  private readonly _sight = new Sight();
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
    this._live.confused.connect(() => this.reload());
    this._live.removed.connect((_, jobId) => this._removed.emit(jobId));
    this._live.moved.connect(() => {
      this._reader.invalidate();
      this._updated.emit();
    });
    jobs.changed.connect(this._onChanged, this);
    jobs.connectionChanged.connect(this._onConnectionChanged, this);
    void this._reader.read();
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
    this._reader.abort();
    this._sight.reset();
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

  /** Jobs that wait above the list until it is let go. */
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

  /** Tell which rows are looked at, so that they get known. */
  look(first: number, last: number): void {
    this._sight.look([first, last]);
    void this._reader.read();
  }

  /** Rows that are to be known besides those looked at. */
  set need(need: Stretch | null) {
    this._sight.need(need);
    void this._reader.read();
  }

  /** Read again what is looked at, showing the old until then. */
  reload(): void {
    this._isStale = true;
    this._reader.invalidate();
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
    this._live.hold = hold;
  }

  /** Let the waiting jobs in, although the list is held. */
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
      ? this._sight.first
      : this._sight.firstUnknown(this._live.rows);
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
    this._sight.forgetFar(this._live.rows);
    meanwhile.forEach(job => this._live.accept(job, this._query));
    this._live.settle();
    this._updated.emit();
  }
}
