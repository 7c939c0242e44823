import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import type { Job, Verdict } from '../api';
import { leaveEndToNotification } from '../job/model/announcer';
import { hasEnded } from '../job/model/job';
import { followJobs } from '../live/followJobs';
import { isToastVisible } from '../notifications/toast';
import type { IJobs } from '../tokens';
import { endingOf, endedShare, progressWords, replayTitle } from './progress';

/** The least time between two updates of the notification, in ms. */
const UPDATE_INTERVAL = 500;

/** What a notice works with. */
export interface IReplayNoticeOptions {
  readonly jobs: IJobs;
  readonly recorded: Job;
  /** The replay of it, as it was started. */
  readonly replay: Job;
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
  private readonly _following: IDisposable;
  private _replay: Job;
  private _savedEpoch = 0;

  constructor(private readonly _options: IReplayNoticeOptions) {
    const { jobs, replay } = _options;
    this._replay = replay;
    this._id = Notification.emit(this._message(), 'in-progress', {
      autoClose: false,
      progress: endedShare(replay)
    });
    jobs.followed.add(replay.job_id);
    leaveEndToNotification(replay.job_id);
    this._following = followJobs(jobs, [replay.job_id], {
      onDeleted: () => {
        this.dispose();
        Notification.dismiss(this._id);
      },
      onReset: () => void this._read(),
      onRows: ([job]) => this._take(job)
    });
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
      this._following.dispose();
    }
  }

  private async _read(): Promise<void> {
    const { client } = this._options.jobs;
    try {
      this._take(await client.job(this._replay.job_id, this._abort.signal));
    } catch {
      // The next change brings the row.
    }
  }

  private _take(job: Job): void {
    if (this.isDisposed || job.seq < this._replay.seq) {
      return;
    }
    this._replay = job;
    if (hasEnded(job)) {
      void this._end();
    } else {
      void this._update.invoke();
    }
  }

  private _showProgress(): void {
    if (this._replay.epoch !== this._savedEpoch) {
      this._savedEpoch = this._replay.epoch;
      this._options.onSaved();
    }
    setHeard(this._id, false);
    Notification.update({
      id: this._id,
      message: this._message(),
      progress: endedShare(this._replay),
      // An update with a time would bring a toast back that was hidden: 0 leaves it in the centre.
      autoClose: isToastVisible(this._id) ? false : 0
    });
  }

  private async _end(): Promise<void> {
    const { actions, jobs, onSaved, trans } = this._options;
    const replay = this._replay;
    this.dispose();
    onSaved();
    let verdict: Verdict | null = null;
    try {
      verdict = await jobs.client.verdict(replay.job_id);
    } catch {
      // Said in words below.
    }
    const { words, type } = endingOf(replay, verdict, trans);
    const message = `${this._title}\n${words}`;
    setHeard(this._id, true);
    const options = { actions, autoClose: false as const, progress: 1 };
    if (!Notification.update({ id: this._id, message, type, ...options })) {
      Notification.emit(message, type, options);
    }
  }

  private get _title(): string {
    const { recorded, trans } = this._options;
    return replayTitle(this._replay, recorded, trans);
  }

  private _message(): string {
    const words = progressWords(this._replay, this._options.trans);
    return `${this._title}\n${words}`;
  }
}

/** JupyterLab's toasts are alerts, in which every change interrupts those who listen; progress must not. */
function setHeard(id: string, isHeard: boolean): void {
  document
    .getElementById(id)
    ?.querySelector('[role=alert]')
    ?.setAttribute('aria-live', isHeard ? 'polite' : 'off');
}
