import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useLazy } from '../react/useLazy';
import type { IJobs, ISettings } from '../tokens';
import type { ILogViewProps, LogView } from './LogView';

/** The log of a job as a widget, with nothing around it. */
export class LogViewer extends ReactWidget {
  constructor(
    private readonly _jobs: IJobs,
    readonly jobId: string,
    private readonly _settings: ISettings,
    private readonly _trans: TranslationBundle,
    private readonly _locale: string | undefined
  ) {
    super();
    this.addClass('jp-Aibro-log');
    // It gets the focus until the lines are there.
    this.node.tabIndex = -1;
  }

  protected override onActivateRequest(): void {
    const lines = this.node.querySelector<HTMLElement>('[role="log"]');
    (lines ?? this.node).focus();
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterHide(): void {
    this.update();
  }

  protected override render(): React.JSX.Element {
    return (
      <LazyLog
        jobs={this._jobs}
        jobId={this.jobId}
        settings={this._settings}
        visible={this.isVisible}
        trans={this._trans}
        locale={this._locale}
      />
    );
  }
}

const importLog = async (): Promise<typeof LogView> =>
  (await import('./LogView')).LogView;

function LazyLog(props: ILogViewProps): React.JSX.Element | null {
  const { trans, visible } = props;
  const { value: Loaded, error, load } = useLazy(importLog, visible);
  if (Loaded) {
    return <Loaded {...props} />;
  }
  return error === null ? null : (
    <p className="jp-Aibro-log-trouble" role="alert">
      <span>{trans.__('The log viewer could not be loaded: %1', error)}</span>
      <button
        type="button"
        className="jp-mod-styled"
        onClick={() => void load()}
      >
        {trans.__('Retry')}
      </button>
    </p>
  );
}
