import type { IDisposable } from '@lumino/disposable';

/**
 * Runs a task on request, never twice at the same time.
 *
 * Requests come in bursts: all that arrive while the task runs, or during the pause after it, are
 * answered by one more run.
 */
export class Refresher implements IDisposable {
  /**
   * @param task - must not reject.
   * @param pause - the time between two runs, in ms; a function is called after each run.
   */
  constructor(
    private readonly task: () => Promise<void>,
    private readonly pause: number | (() => number)
  ) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Run the task soon; if it is running now, run it once more afterwards. */
  ask(): void {
    this._isWanted = true;
    if (!this._isRunning) {
      void this._runWhileWanted();
    }
  }

  /** Start no more runs; a run in progress is not interrupted. */
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
