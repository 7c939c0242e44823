import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, JobCard } from '../../api';
import { messageOf } from '../../format';
import { JobFeed } from '../../live/jobFeed';
import { troubleSentence } from '../../live/trouble';
import { SnapshotFeed } from '../../output/feed';
import type { Connection, IJobs } from '../../tokens';
import { CARDS } from '../card/source';

/** The state of a page: whether its job has been read. */
export type PageState =
  | { readonly kind: 'loading' }
  /** The job could not be read yet; `message` says why. */
  | { readonly kind: 'failed'; readonly message: string }
  | IOpenState;

/** The job has been read, and is followed while the server can be reached. */
export interface IOpenState {
  readonly kind: 'open';
  readonly feed: SnapshotFeed<JobCard>;
}

/** The data of a job's page: read once the server can be reached, and kept up to date from then on. */
export class PageFeed extends JobFeed<PageState> {
  constructor(
    jobId: string,
    jobs: IJobs,
    private readonly _trans: TranslationBundle
  ) {
    super(jobId, jobs, { kind: 'loading' });
    this.follow({
      onConnection: connection => this._onConnection(connection),
      onRows: ([job]) => this._onRow(job)
    });
  }

  override dispose(): void {
    if (this.state.kind === 'open') {
      this.state.feed.dispose();
    }
    super.dispose();
  }

  /** Try again at once to read the job. */
  async retry(): Promise<void> {
    if (this.jobs.connection.kind === 'online') {
      await this._load();
    } else {
      await this.jobs.retry();
    }
  }

  private _onConnection(connection: Connection): void {
    if (this.state.kind === 'open') {
      this.emitChanged();
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
      // A second load may have finished first, if the connection was lost and came back.
      if (this.isDisposed || this.state.kind === 'open') {
        return;
      }
      const feed = new SnapshotFeed(card, CARDS, this.jobs);
      feed.changed.connect(() => this.emitChanged());
      state = { kind: 'open', feed };
    } catch (error) {
      state = { kind: 'failed', message: messageOf(error) };
    }
    if (!this.isDisposed && this.state.kind !== 'open') {
      this.become(state);
    }
  }

  /**
   * Once a job has ended its card is not read again. Later changes (such as a deleted recording)
   * are all in its row.
   */
  private _onRow(job: Job): void {
    if (this.state.kind === 'open') {
      const { feed } = this.state;
      if (feed.state.kind === 'ended') {
        feed.take({ ...feed.snapshot, job });
      }
    }
  }
}
