import type { TranslationBundle } from '@jupyterlab/translation';
import type { JobCard } from '../../api';
import { JobFeed } from '../../live/jobFeed';
import { troubleSentence } from '../../live/trouble';
import { SnapshotFeed } from '../../output/feed';
import type { IJobs, IJobsChange } from '../../tokens';
import { CARDS } from '../card/source';

/** How a page stands to its job. */
export type PageState =
  | { readonly kind: 'loading' }
  /** It could not be read yet; `message` says why. */
  | { readonly kind: 'failed'; readonly message: string }
  | IOpenState;

/** The job was read, and is followed as far as the server is there. */
export interface IOpenState {
  readonly kind: 'open';
  readonly feed: SnapshotFeed<JobCard>;
}

/** What a page knows of its job: read as soon as the server is there, kept up to date from then on. */
export class PageFeed extends JobFeed<PageState> {
  constructor(
    jobId: string,
    jobs: IJobs,
    private readonly _trans: TranslationBundle
  ) {
    super(jobId, jobs, { kind: 'loading' });
    this.follow();
  }

  override dispose(): void {
    if (this.state.kind === 'open') {
      this.state.feed.dispose();
    }
    super.dispose();
  }

  /** Try at once to read what could not be read. */
  async retry(): Promise<void> {
    if (this.jobs.connection.kind === 'online') {
      await this._load();
    } else {
      await this.jobs.retry();
    }
  }

  protected onConnection({ connection }: IJobs): void {
    if (this.state.kind === 'open') {
      this.tell();
      return;
    }
    switch (connection.kind) {
      case 'connecting':
        this.become({ kind: 'loading' });
        break;
      case 'online':
        void this._load();
        break;
      default:
        this.become({
          kind: 'failed',
          message: troubleSentence(connection, this._trans)
        });
    }
  }

  private async _load(): Promise<void> {
    this.become({ kind: 'loading' });
    let state: PageState;
    try {
      const card = await this.jobs.client.card(this.jobId, this.signal);
      // Meanwhile the connection may have come back once more.
      if (this.isDisposed || this.state.kind === 'open') {
        return;
      }
      const feed = new SnapshotFeed(card, CARDS, this.jobs);
      feed.changed.connect(() => this.tell());
      state = { kind: 'open', feed };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      state = { kind: 'failed', message };
    }
    if (!this.isDisposed && this.state.kind !== 'open') {
      this.become(state);
    }
  }

  /** A feed rests when the job has ended; what changes then, such as its recording, is in its row. */
  protected onChanged(_: IJobs, { jobs }: IJobsChange): void {
    const job = jobs.find(({ job_id }) => job_id === this.jobId);
    if (job && this.state.kind === 'open') {
      const { feed } = this.state;
      if (feed.state.kind === 'ended') {
        feed.take({ ...feed.snapshot, job });
      }
    }
  }
}
