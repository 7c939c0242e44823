import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IJobs, IJobsChange } from '../../tokens';
import type { JobList } from './list';
import type { IListQuery } from './query';

/** As many jobs at most are selected: what is done to them is asked for one by one. */
const MOST = 1000;

/** A row, and its job as far as it is known: it stays with its job when rows move. */
interface IPlace {
  readonly index: number;
  readonly jobId?: string;
}

/**
 * The selected jobs of a list, and the current row, where keyboard focus stops.
 *
 * A selection is of jobs, not of rows: it moves with them, and ends where they leave the list.
 */
export class Selection implements IDisposable {
  private readonly _changed = new Signal<this, void>(this);
  private _ids = new Set<string>();
  private _current: IPlace = { index: 0 };
  /** Where a range begins, and is extended from. */
  private _anchor: IPlace = { index: 0 };
  /** Where it ends. */
  private _head: IPlace = { index: 0 };
  /** Whether all from the anchor to the head is being selected, as its rows get known. */
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

  /** Whether a row is selected; one that is not known yet when it is about to be. */
  includes(index: number): boolean {
    const job = this._list.row(index);
    return job
      ? this.has(job.job_id)
      : this._isFilling && this._isInRange(index);
  }

  /** Select one row alone. */
  choose(index: number): void {
    this._anchor = this._head = this._current = this._place(index);
    this._fill();
  }

  /** Select from where the last choice was to a row, at most a thousand of them. */
  extend(index: number): void {
    const from = this._indexOf(this._anchor);
    const reach = MOST - 1;
    const to = Math.max(from - reach, Math.min(from + reach, index));
    this._head = this._current = this._place(to);
    this._fill();
  }

  /** Select all, the first thousand of them; the current row stays. */
  chooseAll(): void {
    this._anchor = this._place(0);
    this._head = this._place(Math.min(this._list.length, MOST) - 1);
    this._fill();
  }

  /** Take a row into the selection, or out of it. */
  toggle(index: number): void {
    this._stopFilling();
    this._anchor = this._current = this._place(index);
    const { jobId } = this._current;
    if (jobId !== undefined && !this._ids.delete(jobId)) {
      this._ids.add(jobId);
    }
    this._tell();
  }

  /** Make a row the current one and leave the selection as it is. */
  move(index: number): void {
    this._stopFilling();
    this._current = this._place(index);
    this._tell();
  }

  /** Select nothing; the current row stays. */
  clear(): void {
    this._stopFilling();
    this._ids.clear();
    this._tell();
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

  /** Select what is known from the anchor to the head, and ask for the rest. */
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
    this._tell();
  }

  private _stopFilling(): void {
    if (this._isFilling) {
      this._isFilling = false;
      this._list.need = null;
    }
  }

  private _onUpdated(): void {
    if (this._list.query !== this._query) {
      // Another question has other answers, none of them chosen.
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

  /** Let go what a list that was read anew does not have any more, as far as that is known. */
  private _forgetUnlisted(): void {
    if (this._list.isWhole) {
      this.ids
        .filter(jobId => this._list.indexOf(jobId) < 0)
        .forEach(jobId => this._onRemoved(this._list, jobId));
    }
  }

  /** A place as it is now: its row may have moved, or the job that is being selected be known now. */
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
      // As after a deletion in a list of files: the next one takes its place.
      this.choose(this._current.index);
    } else if (isCurrent || wasSelected) {
      this._tell();
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

  private _tell(): void {
    this._point();
    this._changed.emit();
  }
}
