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

/** What a replay's notification works with. */
export interface IReplayNoticeOptions {
  readonly jobs: IJobs;
  readonly recorded: Job;
  /** The replay's row, as returned when it was started. */
  readonly replay: Job;
  readonly trans: TranslationBundle;
  /** The buttons shown when the replay has ended. */
  readonly actions: Notification.IAction[];
  /** Called when files may have been saved: an epoch, or the replay, has ended. */
  readonly onSaved: () => void;
}

/**
 * A notification that follows a replay until its verdict, then disposes of itself.
 *
 * The user may hide or dismiss it earlier; the verdict is shown all the same.
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
    // The replay may have changed, or even ended, since it was started.
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
      // The next change event brings the row.
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
      // A timed `autoClose` would show a toast again that the user has hidden; 0 leaves it in the
      // notification center.
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
      // The message below says that the verdict could not be read.
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

/**
 * JupyterLab's toasts have role `alert`, so each change interrupts a screen reader. Silence them
 * while they show progress.
 */
function setHeard(id: string, isHeard: boolean): void {
  document
    .getElementById(id)
    ?.querySelector('[role=alert]')
    ?.setAttribute('aria-live', isHeard ? 'polite' : 'off');
}
