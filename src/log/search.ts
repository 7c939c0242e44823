import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import { messageOf } from '../format';
import type { LogModel } from './lines';

/** As many hits are kept: more than anybody steps through. */
const MAX_HITS = 100_000;

/** What is searched for. */
export interface ILogQuestion {
  readonly text: string;
  readonly matchCase: boolean;
}

/** One hit: the `nth` (from 0) in its line. */
export interface IHit {
  readonly line: number;
  readonly nth: number;
}

/** Searches the whole of a log for a text, also what is added later. */
export class LogSearch implements IDisposable {
  private readonly _updated = new Signal<this, void>(this);
  private readonly _moved = new Signal<this, IHit>(this);
  private _question: ILogQuestion = { text: '', matchCase: false };
  private _abort = new AbortController();
  /** The lines of all hits, in order. */
  private _lines: number[] = [];
  private _current = -1;
  private _from = 0;
  private _nextLine = 0;
  private _isRunning = false;
  private _isComplete = false;
  private _error: string | null = null;
  private _isDisposed = false;

  constructor(private readonly _log: LogModel) {
    _log.updated.connect(this._onLog, this);
  }

  /** Emitted when the hits, or the state of the search, changed. */
  get updated(): ISignal<this, void> {
    return this._updated;
  }

  /** Emitted when another hit became the current one. */
  get moved(): ISignal<this, IHit> {
    return this._moved;
  }

  get question(): ILogQuestion {
    return this._question;
  }

  /** How many hits are known. */
  get count(): number {
    return this._lines.length;
  }

  /** Whether the whole log has been searched once. */
  get isComplete(): boolean {
    return this._isComplete;
  }

  /** Whether there are more hits than are counted. */
  get isCut(): boolean {
    return this._lines.length >= MAX_HITS;
  }

  /** Why the search failed, in words. */
  get error(): string | null {
    return this._error;
  }

  /** Which hit is the current one, from 0; -1 when there is none. */
  get current(): number {
    return this._current;
  }

  /** Where the current hit is. */
  get hit(): IHit | null {
    const line = this._lines.at(this._current);
    if (this._current < 0 || line === undefined) {
      return null;
    }
    return { line, nth: this._current - lowerBound(this._lines, line) };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._abort.abort();
    Signal.clearData(this);
  }

  /**
   * Search for something else; an empty text ends the search.
   *
   * @param from - the first hit at this line or below becomes the current one.
   */
  ask(question: ILogQuestion, from: number): void {
    this._abort.abort();
    this._abort = new AbortController();
    this._question = question;
    this._lines = [];
    this._current = -1;
    this._from = from;
    this._nextLine = 0;
    this._error = null;
    this._isRunning = false;
    this._isComplete = false;
    void this._run();
  }

  /** Go to the next hit or, with -1, to the previous one; after the last comes the first. */
  step(by: 1 | -1): void {
    const { count } = this;
    if (this._error !== null) {
      void this._run();
    } else if (count > 0) {
      this._go((Math.max(this._current, by > 0 ? -1 : 0) + by + count) % count);
    }
  }

  private _onLog(): void {
    if (this._nextLine > 0 && this._log.total >= this._nextLine) {
      void this._run();
    }
  }

  private async _run(): Promise<void> {
    if (!this._question.text || this._isRunning || this.isCut) {
      this._updated.emit();
      return;
    }
    const { signal } = this._abort;
    const { text, matchCase } = this._question;
    this._isRunning = true;
    this._updated.emit();
    try {
      let isDone = false;
      do {
        const first = this._nextLine;
        const hits = await this._log.client.searchLog(
          this._log.jobId,
          { text, case: matchCase ? 'match' : 'ignore', first },
          signal
        );
        signal.throwIfAborted();
        // The last line of a growing log is searched again.
        this._lines.length = lowerBound(this._lines, first);
        this._lines.push(...hits.lines);
        this._nextLine = hits.next_line;
        isDone = hits.done;
        this._choose(isDone);
        this._updated.emit();
      } while (!isDone && this._lines.length < MAX_HITS);
      this._error = null;
      this._isComplete = true;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this._error = messageOf(error);
    }
    this._isRunning = false;
    this._updated.emit();
  }

  /** Make the first hit at or below the reader's line the current one, or else the first of all. */
  private _choose(isDone: boolean): void {
    if (this._current >= 0 || this._lines.length === 0) {
      return;
    }
    const index = lowerBound(this._lines, this._from);
    if (index < this._lines.length) {
      this._go(index);
    } else if (isDone || this.isCut) {
      this._go(0);
    }
  }

  private _go(index: number): void {
    this._current = index;
    if (this.hit) {
      this._moved.emit(this.hit);
    }
    this._updated.emit();
  }
}

/** The index of the first number that is not less than `value`, in a sorted list. */
function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
