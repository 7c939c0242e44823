import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import type { IJobs, IJobsChange } from '../tokens';
import { LogTail } from './text';

/** Characters of a log kept in the browser. */
const KEPT = 1_000_000;

/** Bytes asked for at once. */
const CHUNK = 256 * 1024;

/**
 * Reads a job's log from near its end and goes on while the job runs.
 *
 * A change of the job is followed by a read at once; between changes a running job prints too, so
 * there is a gentle look every second until the log has ended.
 */
export class LogFollower implements IDisposable {
  readonly tail = new LogTail(KEPT);

  private readonly _updated = new Signal<this, void>(this);
  private readonly _poll: Poll;
  private readonly _abort = new AbortController();
  private _offset = -KEPT;
  private _hasEnded = false;
  private _error: string | null = null;

  constructor(
    private readonly _jobs: IJobs,
    readonly jobId: string
  ) {
    this._poll = new Poll({
      name: `aibro:log:${jobId}`,
      factory: () => this._read(),
      frequency: { interval: 1000, backoff: 2, max: 30_000 },
      standby: 'when-hidden'
    });
    _jobs.changed.connect(this._onChanged, this);
  }

  /** Emitted when there is something new to show. */
  get updated(): ISignal<this, void> {
    return this._updated;
  }

  /** Whether the log is complete. */
  get hasEnded(): boolean {
    return this._hasEnded;
  }

  /** Why it could not be read, in words. */
  get error(): string | null {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  private _onChanged(_: IJobs, { jobs }: IJobsChange): void {
    const isAbout = jobs.some(job => job.job_id === this.jobId);
    if (isAbout && !this._hasEnded) {
      void this._poll.refresh();
    }
  }

  /** Read until nothing is left for now. */
  private async _read(): Promise<void> {
    const { signal } = this._abort;
    try {
      for (;;) {
        const asked = this._offset;
        const chunk = await this._jobs.client.log(
          this.jobId,
          { offset: asked, limit: CHUNK },
          signal
        );
        if (asked !== this._offset) {
          // Another read was faster.
          return;
        }
        if (asked < 0 && chunk.offset > 0) {
          this.tail.markCut();
        }
        this._offset = chunk.next_offset;
        this.tail.append(chunk.text);
        this._error = null;
        if (chunk.next_offset >= chunk.size || !chunk.text) {
          this._hasEnded = chunk.ended;
          break;
        }
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this._error = error instanceof Error ? error.message : String(error);
      this._updated.emit();
      throw error;
    }
    this._updated.emit();
    if (this._hasEnded) {
      void this._poll.stop();
    }
  }
}
