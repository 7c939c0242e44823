import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IJobs, IJobsChange } from '../../tokens';
import type { JobList } from './list';
import type { IListQuery } from './query';

/** The most jobs that can be selected: a command sends one request for each. */
const MOST = 1000;

/** A row and, once it is known, its job, with which it moves. */
interface IPlace {
  readonly index: number;
  readonly jobId?: string;
}

/**
 * The selected jobs of a list, and the current row, where keyboard focus stops.
 *
 * Jobs are selected, not rows: the selection moves with them, and a job that leaves the list is no longer
 * selected.
 */
export class Selection implements IDisposable {
  private readonly _changed = new Signal<this, void>(this);
  private _ids = new Set<string>();
  private _current: IPlace = { index: 0 };
  /** The fixed end of a range: where it began. */
  private _anchor: IPlace = { index: 0 };
  /** The moving end of the range. */
  private _head: IPlace = { index: 0 };
  /** Whether a range is being selected of which some rows are not known yet. */
  private _isFilling = false;
  private _isDisposed = false;
  private _query: IListQuery;

  constructor(
    private readonly _jobs: IJobs,
    private readonly _list: JobList
  ) {
    this._query = _list.query;
    _list.updated.connect(this._onUpdated, this);
    _list.removed.connect(this._onRemoved, this);
    _jobs.changed.connect(this._onJobsChanged, this);
  }

  /** Emitted when other jobs are selected or another row is the current one. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The current row; 0 in an empty list. */
  get current(): number {
    return this._indexOf(this._current);
  }

  /** Ids of the selected jobs, as far as their rows are known. */
  get ids(): readonly string[] {
    return [...this._ids];
  }

  get size(): number {
    return this._ids.size;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._list.updated.disconnect(this._onUpdated, this);
    this._list.removed.disconnect(this._onRemoved, this);
    this._jobs.changed.disconnect(this._onJobsChanged, this);
    Signal.clearData(this);
  }

  has(jobId: string): boolean {
    return this._ids.has(jobId);
  }

  /** Whether a row is selected, or will be as soon as it is known. */
  includes(index: number): boolean {
    const job = this._list.row(index);
    return job
      ? this.has(job.job_id)
      : this._isFilling && this._isInRange(index);
  }

  /** Select one row and no other. */
  choose(index: number): void {
    this._anchor = this._head = this._current = this._place(index);
    this._fill();
  }

  /** Select from where the range began to a row: at most a thousand rows. */
  extend(index: number): void {
    const from = this._indexOf(this._anchor);
    const reach = MOST - 1;
    const to = Math.max(from - reach, Math.min(from + reach, index));
    this._head = this._current = this._place(to);
    this._fill();
  }

  /** Select all rows, at most the first thousand; the current row stays. */
  chooseAll(): void {
    this._anchor = this._place(0);
    this._head = this._place(Math.min(this._list.length, MOST) - 1);
    this._fill();
  }

  /** Add a row to the selection, or remove it. */
  toggle(index: number): void {
    this._stopFilling();
    this._anchor = this._current = this._place(index);
    const { jobId } = this._current;
    if (jobId !== undefined && !this._ids.delete(jobId)) {
      this._ids.add(jobId);
    }
    this._emitChanged();
  }

  /** Make a row the current one and leave the selection as it is. */
  move(index: number): void {
    this._stopFilling();
    this._current = this._place(index);
    this._emitChanged();
  }

  /** Select nothing; the current row stays. */
  clear(): void {
    this._stopFilling();
    this._ids.clear();
    this._emitChanged();
  }

  private _indexOf({ index, jobId }: IPlace): number {
    const known = jobId === undefined ? -1 : this._list.indexOf(jobId);
    const last = this._list.length - 1;
    return Math.max(0, Math.min(known >= 0 ? known : index, last));
  }

  private _place(wanted: number): IPlace {
    const index = this._indexOf({ index: wanted });
    return { index, jobId: this._list.row(index)?.job_id };
  }

  private get _range(): readonly [first: number, last: number] {
    const ends = [this._indexOf(this._anchor), this._indexOf(this._head)];
    return [Math.min(...ends), Math.max(...ends)];
  }

  private _isInRange(index: number): boolean {
    const [first, last] = this._range;
    return first <= index && index <= last;
  }

  /** Select the known rows of the range, and have the others read. */
  private _fill(): void {
    const [first, last] = this._range;
    this._ids.clear();
    this._isFilling = false;
    for (let index = first; index <= last; index++) {
      const job = this._list.row(index);
      if (job) {
        this._ids.add(job.job_id);
      } else {
        this._isFilling = true;
      }
    }
    this._list.need = this._isFilling ? this._range : null;
    this._emitChanged();
  }

  private _stopFilling(): void {
    if (this._isFilling) {
      this._isFilling = false;
      this._list.need = null;
    }
  }

  private _onUpdated(): void {
    if (this._list.query !== this._query) {
      // The rows of another query: none of them is selected.
      this._query = this._list.query;
      this._current = this._anchor = this._head = { index: 0 };
      this.clear();
      return;
    }
    this._forgetUnlisted();
    this._current = this._learn(this._current);
    this._anchor = this._learn(this._anchor);
    this._head = this._learn(this._head);
    if (this._isFilling) {
      this._fill();
    } else {
      this._point();
    }
  }

  /** Unselect jobs that a list, read again, no longer has; known only when all its rows are. */
  private _forgetUnlisted(): void {
    if (this._list.isWhole) {
      this.ids
        .filter(jobId => this._list.indexOf(jobId) < 0)
        .forEach(jobId => this._onRemoved(this._list, jobId));
    }
  }

  /** A place as it is now: its row may have moved, or the job of a range that is being selected become known. */
  private _learn(place: IPlace): IPlace {
    if (place.jobId === undefined && !this._isFilling) {
      return place;
    }
    const index = this._indexOf(place);
    return {
      index,
      jobId: place.jobId ?? this._list.row(index)?.job_id
    };
  }

  private _onRemoved(_: JobList, jobId: string): void {
    const wasSelected = this._ids.delete(jobId);
    const forget = (place: IPlace): IPlace =>
      place.jobId === jobId ? this._place(place.index) : place;
    const isCurrent = this._current.jobId === jobId;
    this._current = forget(this._current);
    this._anchor = forget(this._anchor);
    this._head = forget(this._head);
    if (isCurrent && wasSelected && !this._ids.size && this._list.length) {
      // As after a deletion in a list of files: the next row is selected.
      this.choose(this._current.index);
    } else if (isCurrent || wasSelected) {
      this._emitChanged();
    }
  }

  private _onJobsChanged(_: IJobs, { reset }: IJobsChange): void {
    if (reset) {
      this.clear();
    }
  }

  /** Commands without arguments act on the current job while it is selected. */
  private _point(): void {
    const { jobId } = this._current;
    const isChosen = jobId !== undefined && this._ids.has(jobId);
    this._jobs.selected = isChosen ? (this._list.find(jobId) ?? null) : null;
  }

  private _emitChanged(): void {
    this._point();
    this._changed.emit();
  }
}
