import '../../../style/job-card.css';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { JobCard } from '../../api';
import { SnapshotFeed } from '../../output/feed';
import { followVisibility } from '../../output/visibility';
import type { IJobs } from '../../tokens';
import { Card } from './Card';
import { CARDS } from './source';

/** The services a card uses; those that are null are optional. */
export interface ICardServices {
  readonly commands: CommandRegistry;
  readonly jobs: IJobs | null;
  readonly trans: TranslationBundle;
  readonly locale: string | undefined;
}

/** A job's card, kept up to date until the job ends. */
export class JobCardView extends ReactWidget {
  constructor(
    card: JobCard,
    private readonly _services: ICardServices
  ) {
    super();
    this.addClass('jp-Aibro-JobCard');
    this._feed = new SnapshotFeed(card, CARDS, _services.jobs);
    this._feed.changed.connect(this.update, this);
    _services.jobs?.connectionChanged.connect(this.update, this);
    followVisibility(this, isVisible => {
      this._feed.isVisible = this._isVisible = isVisible;
      this.update();
    });
  }

  /** Emitted once, when the job ends while this card follows it. */
  get ended(): ISignal<unknown, JobCard> {
    return this._feed.ended;
  }

  /** Show another snapshot. */
  draw(card: JobCard): void {
    this._feed.take(card);
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._feed.dispose();
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const { commands, jobs, locale, trans } = this._services;
    const feed = this._feed;
    return (
      <Card
        card={feed.snapshot}
        state={feed.state}
        isVisible={this._isVisible}
        isOnline={jobs?.connection.kind === 'online'}
        commands={commands}
        trans={trans}
        locale={locale}
        now={() => feed.now}
      />
    );
  }

  private readonly _feed: SnapshotFeed<JobCard>;
  private _isVisible = true;
}
