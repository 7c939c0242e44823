import type { Job } from '../../api';

/** The rows of a long list, in the order of their age, of which only some are known. */
export class SparseRows {
  private _length = 0;
  private _isNewestFirst = true;
  private _rows = new Map<number, Job>();
  private readonly _index = new Map<string, number>();

  /** Rows in all, known or not. */
  get length(): number {
    return this._length;
  }

  /** Whether the newest job is the first row, else the last. */
  get isNewestFirst(): boolean {
    return this._isNewestFirst;
  }

  /** How many rows are known. */
  get known(): number {
    return this._rows.size;
  }

  /** The known jobs, in no order. */
  jobs(): Iterable<Job> {
    return this._rows.values();
  }

  /** The job of a row, when it is known. */
  at(index: number): Job | undefined {
    return this._rows.get(index);
  }

  /** Where a job is; -1 when its row is not known. */
  indexOf(jobId: string): number {
    return this._index.get(jobId) ?? -1;
  }

  /** Forget all rows; from now on there are `length` of them. */
  clear(length: number, isNewestFirst: boolean): void {
    this._length = length;
    this._isNewestFirst = isNewestFirst;
    this._rows.clear();
    this._index.clear();
  }

  /** Set consecutive rows. */
  set(first: number, jobs: readonly Job[]): void {
    for (const [offset, job] of jobs.entries()) {
      this._drop(this._index.get(job.job_id));
      this._drop(first + offset);
      this._rows.set(first + offset, job);
      this._index.set(job.job_id, first + offset);
    }
    this._length = Math.max(this._length, first + jobs.length);
  }

  /**
   * Insert a job where it belongs by its age.
   *
   * @returns false when its place is not known because the rows around it are not.
   */
  insert(job: Job): boolean {
    let at = 0;
    for (const [index, { created_at: created, foreign }] of this._rows) {
      // An imported job is listed by the time of its import, not by its age.
      const isBefore = this._isNewestFirst
        ? created > job.created_at
        : created < job.created_at;
      if (!foreign && isBefore) {
        at = Math.max(at, index + 1);
      }
    }
    if (at < this._length && !this._rows.has(at)) {
      return false;
    }
    this._move(at, 1);
    this.set(at, [job]);
    return true;
  }

  /** Remove a known row; those below move up. */
  remove(jobId: string): void {
    const index = this._index.get(jobId);
    if (index !== undefined) {
      this._drop(index);
      this._move(index, -1);
    }
  }

  /** Forget the known rows for which `isFar` is true. */
  forget(isFar: (index: number) => boolean): void {
    [...this._rows.keys()].filter(isFar).forEach(index => this._drop(index));
  }

  /**
   * Whether a job may be one of the unknown rows: it is older than all rows that are known without a
   * gap from the newest one on.
   */
  mayHide(job: Job): boolean {
    if (this.known === this._length) {
      return false;
    }
    let oldest: Job | undefined;
    const [start, step] = this._isNewestFirst ? [0, 1] : [this._length - 1, -1];
    for (let index = start; this._rows.has(index); index += step) {
      const row = this._rows.get(index);
      oldest = row?.foreign ? oldest : row;
    }
    return !oldest || job.created_at < oldest.created_at;
  }

  private _drop(index: number | undefined): void {
    const job = index === undefined ? undefined : this._rows.get(index);
    if (index !== undefined && job) {
      this._rows.delete(index);
      this._index.delete(job.job_id);
    }
  }

  /** Shift the rows from `start` on. */
  private _move(start: number, by: 1 | -1): void {
    const rows = [...this._rows].map(
      ([index, job]) => [index >= start ? index + by : index, job] as const
    );
    this._rows = new Map(rows);
    this._index.clear();
    rows.forEach(([index, job]) => this._index.set(job.job_id, index));
    this._length += by;
  }
}
