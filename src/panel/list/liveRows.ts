import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { Job, JobPage } from '../../api';
import { isSettled, matches } from './query';
import type { IListQuery } from './query';
import { SparseRows } from './rows';

/** Why rows may not move just now. */
export interface IHold {
  /** The pointer is over the list: nothing may come or go under it. */
  readonly pointer: boolean;
  /** The list is scrolled: nothing may come in above. */
  readonly scrolled: boolean;
}

/**
 * The rows that a query matches, in their order, as jobs come, change and go.
 *
 * Changes update known rows in place; jobs that come or go move rows at once or, while the list is
 * held, wait until it is let go.
 */
export class LiveRows {
  /** The rows as they stand. */
  readonly rows = new SparseRows();

  private readonly _moved = new Signal<this, void>(this);
  private readonly _removed = new Signal<this, string>(this);
  private readonly _confused = new Signal<this, void>(this);
  private readonly _newcomers = new Map<string, Job>();
  private readonly _leavers = new Set<string>();
  private _hold: IHold = { pointer: false, scrolled: false };

  /** Emitted when rows stand elsewhere than before. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  /** Emitted with the id of a job that left the rows. */
  get removed(): ISignal<this, string> {
    return this._removed;
  }

  /** Emitted when it cannot be told where a job stands: the rows are to be read again. */
  get confused(): ISignal<this, void> {
    return this._confused;
  }

  /** Jobs that wait above the list until it is let go. */
  get waiting(): number {
    return this._newcomers.size;
  }

  /** A job by its id, when it is known. */
  find(jobId: string): Job | undefined {
    return this.rows.at(this.rows.indexOf(jobId)) ?? this._newcomers.get(jobId);
  }

  /** Where a row is on the server: newcomers are there already, leavers are gone. */
  offsetOf(index: number): number {
    const gone = [...this._leavers].filter(id => this.rows.indexOf(id) < index);
    const above = this.rows.isNewestFirst ? this._newcomers.size : 0;
    return Math.max(0, index + above - gone.length);
  }

  /** Whether a page counts as many jobs as are known of here. */
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
      // Its age does not tell where it stands: the list is read again instead.
      return;
    } else if (this.rows.mayHide(job)) {
      // Whether it was in the list before cannot be told where statuses decide.
      if (!isSettled(query)) {
        this._confused.emit();
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

  /** A job is not in the store any more; that moves rows at once. */
  delete(jobId: string): void {
    this._leavers.delete(jobId);
    if (!this._newcomers.delete(jobId)) {
      if (this.rows.indexOf(jobId) >= 0) {
        this.rows.remove(jobId);
        this._moved.emit();
      } else if (this.rows.known < this.rows.length) {
        this._confused.emit();
      }
    }
    this._removed.emit(jobId);
  }

  /** Tell whether rows may move; what waited for it happens now. */
  set hold(hold: IHold) {
    this._hold = hold;
    this.settle();
  }

  /** Let jobs come and go as far as nothing holds the list. */
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
    // Below the oldest ones they move nothing, nor where there is no row.
    const movesRows = this.rows.isNewestFirst && this.rows.length > 0;
    if (this._newcomers.size && !(movesRows && (pointer || scrolled))) {
      this.admit();
    }
  }

  /** Let the waiting jobs in, although the list is held. */
  admit(): void {
    const jobs = [...this._newcomers.values()];
    this._newcomers.clear();
    if (!jobs.every(job => this.rows.insert(job))) {
      this._confused.emit();
    }
    this._moved.emit();
  }
}
