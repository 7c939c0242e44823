import type { Job, JobPage } from '../../api';
import { messageOf } from '../../format';
import type { IJobs, IJobsChange } from '../../tokens';
import { PAGE } from './neededRows';
import type { IListQuery } from './query';

/** A list that is read in pages. */
export interface IPagedList {
  /** What the list asks for. */
  query(): IListQuery;
  /** The next row that has to be known and is not; -1 when there is none. */
  nextUnknown(): number;
  /** Where a row is on the server just now. */
  offsetOf(index: number): number;
  /**
   * Take a page over.
   *
   * @param first - the row that it begins with.
   * @param meanwhile - what changed while it was under way; it may have been read before.
   */
  place(first: number, page: JobPage, meanwhile: readonly Job[]): void;
  /** A page could not be read. */
  fail(message: string): void;
}

/** Reads pages of a list, one at a time, until all that has to be known is. */
export class PageReader {
  private _isReading = false;
  private _meanwhile: Job[] = [];
  /** Counts what makes a page under way useless. */
  private _generation = 0;
  private _abort = new AbortController();

  constructor(
    private readonly _jobs: IJobs,
    private readonly _list: IPagedList
  ) {}

  /** Read what is not known; does nothing while it is at it. */
  async read(): Promise<void> {
    const { connection } = this._jobs;
    if (
      this._isReading ||
      connection.kind !== 'online' ||
      this._list.nextUnknown() < 0
    ) {
      return;
    }
    this._isReading = true;
    const { signal } = this._abort;
    try {
      await this._readUnknown(signal);
    } catch (error) {
      if (!signal.aborted) {
        this._list.fail(messageOf(error));
        // The shared connection notices, tells and recovers; then this list goes on.
        void this._jobs.retry();
      }
    } finally {
      if (!signal.aborted) {
        this._isReading = false;
      }
    }
  }

  /** Rows moved: a page under way would land in the wrong place, so it is read again. */
  invalidate(): void {
    this._generation += 1;
    void this.read();
  }

  /** Tell what changed, which a page under way may not know. */
  follow({ deleted, jobs }: IJobsChange): void {
    if (this._isReading) {
      this._meanwhile.push(...jobs);
      this._generation += deleted.length;
    }
  }

  /** Give up what is under way: it answers a question that is not asked any more. */
  abort(): void {
    this._abort.abort();
    this._abort = new AbortController();
    this._isReading = false;
  }

  private async _readUnknown(signal: AbortSignal): Promise<void> {
    let index = this._list.nextUnknown();
    let before = -1;
    // A row that its own page did not bring waits for the next change instead of being asked for again.
    while (index >= 0 && index !== before) {
      const first = Math.floor(index / PAGE) * PAGE;
      const generation = this._generation;
      this._meanwhile = [];
      const offset = this._list.offsetOf(first);
      const page = await this._jobs.client.jobs(
        { ...this._list.query(), offset, limit: PAGE },
        signal
      );
      before = -1;
      if (generation === this._generation) {
        this._list.place(first, page, this._meanwhile);
        before = index;
      }
      index = this._list.nextUnknown();
    }
  }
}
