import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import type { Job, Verdict } from '../api';
import type { IJobs, IJobsChange } from '../tokens';
import {
  endingOf,
  progressShare,
  progressWords,
  replayTitle
} from './progress';

/** The least time between two updates of the notification, in ms. */
const UPDATE_INTERVAL = 500;

/** What a notice works with. */
export interface IReplayNoticeOptions {
  readonly jobs: IJobs;
  /** The replay, as it was started. */
  readonly job: Job;
  readonly trans: TranslationBundle;
  /** What a person can do when the replay is over. */
  readonly actions: Notification.IAction[];
  /** Called when files may have been saved: an epoch, or the replay, has ended. */
  readonly onSaved: () => void;
}

/**
 * A notification that follows a replay to its verdict, then disposes of itself.
 *
 * It may be hidden or dismissed on the way; the verdict is shown all the same.
 */
export class ReplayNotice implements IDisposable {
  private readonly _update = new Throttler(() => this._showProgress(), {
    limit: UPDATE_INTERVAL,
    edge: 'trailing'
  });
  private readonly _abort = new AbortController();
  private readonly _id: string;
  private _job: Job;
  private _savedEpoch = 0;

  constructor(private readonly _options: IReplayNoticeOptions) {
    const { jobs, job } = _options;
    this._job = job;
    this._id = Notification.emit(this._message(), 'in-progress', {
      autoClose: false,
      progress: progressShare(job)
    });
    jobs.changed.connect(this._onJobsChanged, this);
    // The replay may have moved on, or be over, since it was started.
    void this._read();
  }

  get isDisposed(): boolean {
    return this._abort.signal.aborted;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._abort.abort();
      this._update.dispose();
      this._options.jobs.changed.disconnect(this._onJobsChanged, this);
    }
  }

  private _onJobsChanged(_: IJobs, change: IJobsChange): void {
    const { job_id } = this._job;
    const row = change.jobs.find(job => job.job_id === job_id);
    if (change.deleted.includes(job_id)) {
      this.dispose();
      Notification.dismiss(this._id);
    } else if (row) {
      this._take(row);
    } else if (change.reset) {
      void this._read();
    }
  }

  private async _read(): Promise<void> {
    const { client } = this._options.jobs;
    try {
      this._take(await client.job(this._job.job_id, this._abort.signal));
    } catch {
      // The next change brings the row.
    }
  }

  private _take(job: Job): void {
    if (this.isDisposed || job.seq < this._job.seq) {
      return;
    }
    this._job = job;
    if (job.ended_at === null) {
      void this._update.invoke();
    } else {
      void this._end();
    }
  }

  private _showProgress(): void {
    if (this._job.epoch !== this._savedEpoch) {
      this._savedEpoch = this._job.epoch;
      this._options.onSaved();
    }
    Notification.update({
      id: this._id,
      message: this._message(),
      progress: progressShare(this._job),
      // An update with a time would bring a toast back that was hidden: 0 leaves it in the centre.
      autoClose: isToastShown(this._id) ? false : 0
    });
  }

  private async _end(): Promise<void> {
    const { actions, jobs, onSaved, trans } = this._options;
    const job = this._job;
    this.dispose();
    onSaved();
    let verdict: Verdict | null = null;
    try {
      verdict = await jobs.client.verdict(job.job_id);
    } catch {
      // Said in words below.
    }
    const { words, type } = endingOf(job, verdict, trans);
    const message = `${replayTitle(job, trans)}\n${words}`;
    const options = { actions, autoClose: false as const, progress: 1 };
    if (!Notification.update({ id: this._id, message, type, ...options })) {
      Notification.emit(message, type, options);
    }
  }

  private _message(): string {
    const { trans } = this._options;
    return `${replayTitle(this._job, trans)}\n${progressWords(this._job, trans)}`;
  }
}

/** JupyterLab says nothing about a toast that was hidden; its element bears the notification's id. */
function isToastShown(id: string): boolean {
  return document.getElementById(id) !== null;
}
