import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
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
    // Has the focus until the lines are there.
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

/** The log; its code is loaded when one is seen first, not when JupyterLab starts. */
function LazyLog(props: ILogViewProps): React.JSX.Element | null {
  const { trans, visible } = props;
  const [Loaded, setLoaded] = React.useState<typeof LogView | null>(null);
  const [error, setError] = React.useState<string | null>(null);
  const load = React.useCallback(async () => {
    setError(null);
    try {
      const { LogView } = await import('./LogView');
      setLoaded(() => LogView);
    } catch (reason) {
      setError(String(reason));
    }
  }, []);
  React.useEffect(() => {
    if (visible) {
      void load();
    }
  }, [visible, load]);
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
