import { Refresher, readEpochs } from '../../api';
import type { Epoch, Job } from '../../api';
import { messageOf } from '../../format';
import { JobFeed } from '../../live/jobFeed';
import type { IJobs } from '../../tokens';
import { hasEnded } from '../model/job';

/** Epochs may end many times a second: the least time between two requests, in ms. */
const PAUSE = 500;

/** Whether all ended epochs are known. */
export type EpochState =
  | { readonly kind: 'loading' }
  /** Kept up to date, or final because the job has ended. */
  | { readonly kind: 'live' }
  | { readonly kind: 'failed'; readonly message: string };

/** The ended epochs of a job, kept up to date. Known epochs are never requested again. */
export class EpochFeed extends JobFeed<EpochState> {
  constructor(jobId: string, jobs: IJobs) {
    super(jobId, jobs, { kind: 'loading' });
    this.follow({
      onConnection: ({ kind }) => {
        if (kind === 'online') {
          this._refresher.ask();
        }
      },
      onReset: () => this._refresher.ask(),
      onRows: ([job]) => this._onRow(job)
    });
  }

  /** In order; a new array whenever epochs were added. */
  get epochs(): readonly Epoch[] {
    return this._epochs;
  }

  override dispose(): void {
    this._refresher.dispose();
    super.dispose();
  }

  private _onRow(job: Job): void {
    const known = this._epochs.at(-1)?.epoch ?? 0;
    if (job.epoch > known || hasEnded(job)) {
      this._refresher.ask();
    }
  }

  private async _read(): Promise<void> {
    const { client } = this.jobs;
    const known = this._epochs;
    try {
      this._epochs = await readEpochs(client, this.jobId, known, this.signal);
      this.become({ kind: 'live' });
    } catch (error) {
      if (!this.isDisposed) {
        this.become({ kind: 'failed', message: messageOf(error) });
      }
    }
  }

  private readonly _refresher = new Refresher(() => this._read(), PAUSE);
  private _epochs: readonly Epoch[] = [];
}
