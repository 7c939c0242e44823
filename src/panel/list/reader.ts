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
  /** The index of a row in the server's list, as it is now. */
  offsetOf(index: number): number;
  /**
   * Accept a page.
   *
   * @param first - the index of its first row.
   * @param meanwhile - rows that changed while it was requested; the page may hold older ones.
   */
  place(first: number, page: JobPage, meanwhile: readonly Job[]): void;
  /** A page could not be read. */
  fail(message: string): void;
}

/** Reads pages of a list, one at a time, until all rows that have to be known are known. */
export class PageReader {
  private _isReading = false;
  private _meanwhile: Job[] = [];
  /** Counts the events that make a page on its way useless. */
  private _generation = 0;
  private _abort = new AbortController();

  constructor(
    private readonly _jobs: IJobs,
    private readonly _list: IPagedList
  ) {}

  /** Read what is not known; does nothing while it is reading. */
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
        // The shared connection sees to it: it reports the failure and recovers, and then reading goes on.
        void this._jobs.retry();
      }
    } finally {
      if (!signal.aborted) {
        this._isReading = false;
      }
    }
  }

  /** Rows have moved: a page on its way would be put in the wrong place, so it is read again. */
  invalidate(): void {
    this._generation += 1;
    void this.read();
  }

  /** Note what changed, which a page on its way may not know. */
  follow({ deleted, jobs }: IJobsChange): void {
    if (this._isReading) {
      this._meanwhile.push(...jobs);
      this._generation += deleted.length;
    }
  }

  /** Abort what is on its way: it answers a query that has been replaced. */
  abort(): void {
    this._abort.abort();
    this._abort = new AbortController();
    this._isReading = false;
  }

  private async _readUnknown(signal: AbortSignal): Promise<void> {
    let index = this._list.nextUnknown();
    let before = -1;
    // When a page lacks the row it was read for, the row waits for the next change: no endless requests.
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
