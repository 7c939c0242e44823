import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, JobCard } from '../../api';
import { messageOf } from '../../format';
import { JobFeed } from '../../live/jobFeed';
import { troubleSentence } from '../../live/trouble';
import { SnapshotFeed } from '../../output/feed';
import type { Connection, IJobs } from '../../tokens';
import { CARDS } from '../card/source';

/** How far a page is with its job. */
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

  /** Try at once to read what could not be read. */
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
      // Meanwhile the connection may have come back once more.
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

  /** The card is not read any more when its job has ended; what changes later, such as the recording, is in the row. */
  private _onRow(job: Job): void {
    if (this.state.kind === 'open') {
      const { feed } = this.state;
      if (feed.state.kind === 'ended') {
        feed.take({ ...feed.snapshot, job });
      }
    }
  }
}
