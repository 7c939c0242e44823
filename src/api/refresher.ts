import type { IDisposable } from '@lumino/disposable';

/**
 * Runs a task whenever asked, never twice at once.
 *
 * Reasons come in bursts: whatever is asked while the task runs, or shortly after, is one more run.
 */
export class Refresher implements IDisposable {
  /**
   * @param task - must not reject.
   * @param pause - between two runs, in ms; a function is asked after each run.
   */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly pause: number | (() => number)
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Run soon, and after what is under way. */
  ask(): void {
    this._isWanted = true;
    if (!this._isRunning) {
      void this._runWhileWanted();
    }
  }

  /** What is under way goes on, nothing comes after it. */
  dispose(): void {
    this._isDisposed = true;
  }

  private async _runWhileWanted(): Promise<void> {
    this._isRunning = true;
    while (this._isWanted && !this._isDisposed) {
      this._isWanted = false;
      await this.task();
      const pause = typeof this.pause === 'number' ? this.pause : this.pause();
      await new Promise(resolve => setTimeout(resolve, pause));
    }
    this._isRunning = false;
  }

  private _isWanted = false;
  private _isRunning = false;
  private _isDisposed = false;
}
