import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { JobCard } from '../../api';
import { SnapshotFeed } from '../../output/feed';
import type { IJobs } from '../../tokens';
import { Card } from './Card';
import { CARDS } from './source';

/** What a card needs of the application, and what it can do without. */
export interface ICardServices {
  readonly commands: CommandRegistry;
  readonly jobs: IJobs | null;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** A job's card, up to date until the job ends. */
export class JobCardView extends ReactWidget {
  constructor(
    card: JobCard,
    private readonly _services: ICardServices
  ) {
    super();
    this.addClass('jp-Aibro-JobCard');
    this._feed = this._follow(card);
    _services.jobs?.connectionChanged.connect(this.update, this);
  }

  /** Emitted once when the job ended while this card was followed. */
  get ended(): ISignal<this, JobCard> {
    return this._ended;
  }

  /** Show another snapshot. */
  draw(card: JobCard): void {
    if (!this._feed.take(card)) {
      this._feed.dispose();
      this._feed = this._follow(card);
      this.update();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._feed.dispose();
    Signal.clearData(this);
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const { commands, jobs, locale, trans } = this._services;
    const feed = this._feed;
    return (
      <Card
        card={feed.snapshot}
        state={feed.state}
        isOnline={jobs?.connection.kind === 'online'}
        commands={commands}
        trans={trans}
        locale={locale}
        now={() => feed.now}
      />
    );
  }

  private _follow(card: JobCard): SnapshotFeed<JobCard> {
    const feed = new SnapshotFeed(card, CARDS, this._services.jobs);
    feed.changed.connect(this.update, this);
    feed.ended.connect((_, last) => this._ended.emit(last));
    return feed;
  }

  private readonly _ended = new Signal<this, JobCard>(this);
  private _feed: SnapshotFeed<JobCard>;
}
