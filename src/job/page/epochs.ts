import { Refresher, readEpochs } from '../../api';
import type { Epoch } from '../../api';
import { JobFeed } from '../../live/jobFeed';
import type { IJobs, IJobsChange } from '../../tokens';
import { hasEnded } from '../model/job';

/** Epochs may end many times a second; one request answers all within so many ms. */
const PAUSE = 500;

/** How the known epochs stand to the job's. */
export type EpochState =
  | { readonly kind: 'loading' }
  /** They are kept up to date, or nothing will change any more. */
  | { readonly kind: 'live' }
  | { readonly kind: 'failed'; readonly message: string };

/** The ended epochs of a job, kept up to date; what is known is never asked for again. */
export class EpochFeed extends JobFeed<EpochState> {
  constructor(jobId: string, jobs: IJobs) {
    super(jobId, jobs, { kind: 'loading' });
    this.follow();
  }

  /** In order; another list whenever there are more. */
  get epochs(): readonly Epoch[] {
    return this._epochs;
  }

  override dispose(): void {
    this._refresher.dispose();
    super.dispose();
  }

  protected onConnection({ connection }: IJobs): void {
    if (connection.kind === 'online') {
      this._refresher.ask();
    }
  }

  protected onChanged(_: IJobs, { jobs, reset }: IJobsChange): void {
    const job = jobs.find(({ job_id }) => job_id === this.jobId);
    const known = this._epochs.at(-1)?.epoch ?? 0;
    if (reset || (job && (job.epoch > known || hasEnded(job)))) {
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
        const message = error instanceof Error ? error.message : String(error);
        this.become({ kind: 'failed', message });
      }
    }
  }

  private readonly _refresher = new Refresher(() => this._read(), PAUSE);
  private _epochs: readonly Epoch[] = [];
}
