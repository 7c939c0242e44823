import type { IDisposable } from '@lumino/disposable';
import { AibroRequestError, Refresher, readEpochs } from '../../api';
import type { Epoch, Job, SavedFolders, Verdict } from '../../api';
import { messageOf } from '../../format';
import { hasEnded } from '../../job/model/job';
import { followJobs } from '../../live/followJobs';
import { JobFeed } from '../../live/jobFeed';
import type { Connection, IJobs } from '../../tokens';

/** Changes come in bursts: the least time between two rounds of requests, in ms. */
const PAUSE = 300;

/** Everything the page knows about a replay. */
export interface IReplayFacts {
  readonly replay: Job;
  /** The job that it repeats; null if that job was deleted. */
  readonly recorded: Job | null;
  readonly recordedEpochs: readonly Epoch[];
  readonly replayedEpochs: readonly Epoch[];
  /** Null until the replay has ended; also if it ended without a verdict. */
  readonly verdict: Verdict | null;
  readonly folders: SavedFolders;
}

/** Whether the known facts are up to date. */
export type FeedState =
  | { readonly kind: 'loading' }
  /** Kept up to date, or final because nothing can change any more. */
  | { readonly kind: 'live' }
  /** AIbro's server part cannot be reached: these are the last known facts. */
  | { readonly kind: 'offline' }
  /** The job does not exist, or was deleted. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly message: string };

/** A replay beside the job that it repeats, kept up to date. */
export class ReplayFeed extends JobFeed<FeedState> {
  constructor(jobId: string, jobs: IJobs) {
    super(jobId, jobs, { kind: 'loading' });
    this.follow({
      onConnection: connection => this._onConnection(connection),
      onDeleted: () => {
        this._refresher.dispose();
        this.become({ kind: 'gone' });
      },
      onReset: () => this._readAgain(),
      onRows: ([replay]) => this._onReplay(replay)
    });
    jobs.changed.connect(this._onAnyChange, this);
  }

  /** Null until they have been read for the first time. */
  get facts(): IReplayFacts | null {
    return this._facts;
  }

  override dispose(): void {
    this._refresher.dispose();
    this._followingRecorded?.dispose();
    super.dispose();
  }

  private _onConnection({ kind }: Connection): void {
    if (kind === 'online') {
      this._readAgain();
    } else if (this._facts) {
      this.become({ kind: 'offline' });
    }
  }

  /** Until the replay has been read, retry on any change that the server reports. */
  private _onAnyChange(): void {
    if (!this._facts) {
      this._readAgain();
    }
  }

  private _onReplay(replay: Job): void {
    if (!this._facts || this._isReadingAll) {
      this._readAgain();
    } else if (replay.seq >= this._facts.replay.seq) {
      this._take({ replay });
      this._refresher.ask();
    }
  }

  private _onRecorded(recorded: Job | null): void {
    if (!this._facts || this._isReadingAll) {
      this._readAgain();
    } else if (!recorded) {
      this._take({ recorded, recordedEpochs: [] });
    } else if (this._facts.recorded) {
      this._take({ recorded });
    } else {
      // The deleted job is back: a report with it was imported.
      this._readAgain();
    }
  }

  private _readAgain(): void {
    this._isStale = true;
    this._refresher.ask();
  }

  /** Request what is not known yet. */
  private async _read(): Promise<void> {
    try {
      if (this._isStale || !this._facts) {
        this._isReadingAll = true;
        await this._readAll();
      } else {
        await this._readNew(this._facts);
      }
      this.become({ kind: 'live' });
    } catch (error) {
      if (!this.isDisposed) {
        this._fail(error);
      }
    } finally {
      this._isReadingAll = false;
    }
  }

  private async _readAll(): Promise<void> {
    const { signal } = this;
    const { client } = this.jobs;
    // Cleared before reading: a change that arrives meanwhile sets it again and causes another
    // read.
    this._isStale = false;
    const replay = await client.job(this.jobId, signal);
    if (replay.replay_of !== null) {
      this._followingRecorded ??= followJobs(this.jobs, [replay.replay_of], {
        onDeleted: () => this._onRecorded(null),
        onRows: ([recorded]) => this._onRecorded(recorded)
      });
    }
    const [recorded, folders] = await Promise.all([
      replay.replay_of === null ? null : this._find(replay.replay_of),
      client.savedFolders(this.jobId, signal)
    ]);
    const [recordedEpochs, replayedEpochs, verdict] = await Promise.all([
      recorded ? this._epochs(recorded, []) : [],
      this._epochs(replay, []),
      this._verdict(replay)
    ]);
    this._facts = {
      replay,
      recorded,
      recordedEpochs,
      replayedEpochs,
      verdict,
      folders
    };
  }

  private async _readNew(facts: IReplayFacts): Promise<void> {
    const { replay } = facts;
    const [replayedEpochs, verdict] = await Promise.all([
      this._epochs(replay, facts.replayedEpochs),
      facts.verdict ?? this._verdict(replay)
    ]);
    this._take({ replayedEpochs, verdict });
  }

  /** A job; null if it was deleted. */
  private async _find(jobId: string): Promise<Job | null> {
    try {
      return await this.jobs.client.job(jobId, this.signal);
    } catch (error) {
      if (isNotFound(error)) {
        return null;
      }
      throw error;
    }
  }

  /** The ended epochs of a job; only those after the known ones are requested. */
  private async _epochs(
    job: Job,
    known: readonly Epoch[]
  ): Promise<readonly Epoch[]> {
    const { client } = this.jobs;
    const isNew = (known.at(-1)?.epoch ?? 0) < job.epoch;
    return isNew ? readEpochs(client, job.job_id, known, this.signal) : known;
  }

  private async _verdict(replay: Job): Promise<Verdict | null> {
    if (!hasEnded(replay) || replay.verdict === null) {
      return null;
    }
    return this.jobs.client.verdict(this.jobId, this.signal);
  }

  private _fail(error: unknown): void {
    if (isNotFound(error)) {
      this.become({ kind: 'gone' });
    } else {
      this._isStale = true;
      this.become({ kind: 'failed', message: messageOf(error) });
    }
  }

  private _take(facts: Partial<IReplayFacts>): void {
    if (this._facts) {
      this._facts = { ...this._facts, ...facts };
      this.emitChanged();
    }
  }

  private readonly _refresher = new Refresher(() => this._read(), PAUSE);
  private _isStale = true;
  private _isReadingAll = false;
  private _facts: IReplayFacts | null = null;
  private _followingRecorded: IDisposable | null = null;
}

function isNotFound(error: unknown): boolean {
  return error instanceof AibroRequestError && error.status === 404;
}
