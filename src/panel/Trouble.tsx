import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** A failure in words with a button to try again. */
export function Trouble(props: {
  title: string;
  retry: () => Promise<void>;
  /** A button for what helps more than another try. */
  remedy?: React.JSX.Element | null;
  trans: TranslationBundle;
  children: React.ReactNode;
}): React.JSX.Element {
  const { title, retry, remedy, trans, children } = props;
  const [isBusy, setBusy] = React.useState(false);
  const onClick = async (): Promise<void> => {
    setBusy(true);
    await retry();
    setBusy(false);
  };
  return (
    <div className="jp-Aibro-notice jp-mod-failed" role="alert">
      <h3>{title}</h3>
      <p>{children}</p>
      {remedy}
      <button
        className={`jp-mod-styled ${remedy ? 'jp-mod-reject' : 'jp-mod-accept'}`}
        // Disabled, it would lose the focus.
        aria-disabled={isBusy}
        onClick={isBusy ? undefined : () => void onClick()}
      >
        {isBusy ? trans.__('Trying…') : trans.__('Retry')}
      </button>
    </div>
  );
}
