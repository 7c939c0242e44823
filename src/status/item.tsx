import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { aibroIcon } from '../job/model/icons';
import type { ActiveJobs, IActivity } from './active';

/** How many jobs are training and queued; a click shows them. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _active: ActiveJobs,
    private readonly _showPanel: () => void,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-Aibro-statusItem');
    _active.changed.connect(() => this.update());
  }

  protected override render(): React.JSX.Element {
    const words = activityWords(this._active.activity, this._trans);
    return (
      <button
        title={this._trans.__('Show the AIbro jobs')}
        aria-label={this._trans.__('AIbro jobs: %1', words)}
        onClick={this._showPanel}
      >
        <aibroIcon.react tag="span" />
        {words}
      </button>
    );
  }
}

/** For example `2 training, 1 queued`; empty if no job is active. */
export function activityWords(
  { training, queued }: IActivity,
  trans: TranslationBundle
): string {
  return [
    training && trans._n('%1 training', '%1 training', training),
    queued && trans._n('%1 queued', '%1 queued', queued)
  ]
    .filter(Boolean)
    .join(', ');
}
