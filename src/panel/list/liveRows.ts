import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobPage } from '../../api';
import { isSettled, matches } from './query';
import type { IListQuery } from './query';
import { SparseRows } from './rows';

/** What keeps rows from moving. */
export interface IHold {
  /** The pointer is over the list: no row may appear or disappear under it. */
  readonly pointer: boolean;
  /** The list is scrolled: no row may be inserted above. */
  readonly scrolled: boolean;
}

/**
 * The rows that a query matches, in their order, as jobs are added, change and are removed.
 *
 * Changes update known rows in place. A job that begins or ceases to match moves rows: at once or,
 * while something keeps them from moving, when that has ended.
 */
export class LiveRows {
  /** The rows as they stand. */
  readonly rows = new SparseRows();

  private readonly _moved = new Signal<this, void>(this);
  private readonly _removed = new Signal<this, string>(this);
  private readonly _outdated = new Signal<this, void>(this);
  private readonly _newcomers = new Map<string, Job>();
  private readonly _leavers = new Set<string>();
  private _hold: IHold = { pointer: false, scrolled: false };

  /** Emitted when rows have moved. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  /** Emitted with the id of a job that left the rows. */
  get removed(): ISignal<this, string> {
    return this._removed;
  }

  /** Emitted when the place of a job is not known: the rows have to be read again. */
  get outdated(): ISignal<this, void> {
    return this._outdated;
  }

  /** How many new jobs wait above the list until its rows may move. */
  get waiting(): number {
    return this._newcomers.size;
  }

  /** A job by its id, when it is known. */
  find(jobId: string): Job | undefined {
    return this.rows.at(this.rows.indexOf(jobId)) ?? this._newcomers.get(jobId);
  }

  /** The index of a row in the server's list, which has the newcomers already and the leavers no longer. */
  offsetOf(index: number): number {
    const gone = [...this._leavers].filter(id => this.rows.indexOf(id) < index);
    const above = this.rows.isNewestFirst ? this._newcomers.size : 0;
    return Math.max(0, index + above - gone.length);
  }

  /** Whether a page counts as many jobs as this list does. */
  agreesWith(page: JobPage): boolean {
    return (
      page.total ===
      this.rows.length + this._newcomers.size - this._leavers.size
    );
  }

  /** Forget all jobs; from now on there are `length` rows. */
  clear(length: number, isNewestFirst: boolean): void {
    this.rows.clear(length, isNewestFirst);
    this._newcomers.clear();
    this._leavers.clear();
  }

  /** Take over what a job is now. */
  accept(job: Job, query: IListQuery): void {
    const { job_id: jobId } = job;
    const index = this.rows.indexOf(jobId);
    const known = this.rows.at(index);
    const isMatch = matches(job, query);
    if (known) {
      if (known.seq > job.seq) {
        return;
      }
      this.rows.set(index, [job]);
      if (isMatch) {
        this._leavers.delete(jobId);
      } else {
        this._leavers.add(jobId);
      }
    } else if (job.foreign) {
      // Its age does not say where it belongs; the list is read again instead.
      return;
    } else if (this.rows.mayHide(job)) {
      // Where the status decides, it is not known whether the job was in the list before.
      if (!isSettled(query)) {
        this._outdated.emit();
      }
    } else if (isMatch) {
      this._newcomers.set(jobId, job);
    } else {
      this._newcomers.delete(jobId);
    }
    if (!known && !isMatch) {
      this._removed.emit(jobId);
    }
  }

  /** Remove a job that was deleted from the store; that moves rows at once. */
  delete(jobId: string): void {
    this._leavers.delete(jobId);
    if (!this._newcomers.delete(jobId)) {
      if (this.rows.indexOf(jobId) >= 0) {
        this.rows.remove(jobId);
        this._moved.emit();
      } else if (this.rows.known < this.rows.length) {
        this._outdated.emit();
      }
    }
    this._removed.emit(jobId);
  }

  /** Say what keeps rows from moving; moves that waited for its end happen now. */
  set hold(hold: IHold) {
    this._hold = hold;
    this.settle();
  }

  /** Remove leavers and insert newcomers, as far as rows may move. */
  settle(): void {
    const { pointer, scrolled } = this._hold;
    if (this._leavers.size && !pointer) {
      const leavers = [...this._leavers];
      this._leavers.clear();
      leavers.forEach(jobId => {
        this.rows.remove(jobId);
        this._removed.emit(jobId);
      });
      this._moved.emit();
    }
    // At the end of the list, or in an empty one, newcomers move no other row.
    const movesRows = this.rows.isNewestFirst && this.rows.length > 0;
    if (this._newcomers.size && !(movesRows && (pointer || scrolled))) {
      this.admit();
    }
  }

  /** Insert the waiting jobs at once, whatever keeps rows from moving. */
  admit(): void {
    const jobs = [...this._newcomers.values()];
    this._newcomers.clear();
    if (!jobs.every(job => this.rows.insert(job))) {
      this._outdated.emit();
    }
    this._moved.emit();
  }
}
