import * as React from 'react';
import type { IPageAction } from './actions';

/** A row of buttons. They never disappear or lose the focus while the job runs. */
export function ActionButtons({
  actions
}: {
  readonly actions: readonly IPageAction[];
}): React.JSX.Element {
  return (
    <div className="jp-Aibro-JobPage-actions" data-lm-suppress-shortcuts>
      {actions.map(({ execute, label, obstacle }) => (
        <button
          key={label}
          type="button"
          className="jp-mod-styled"
          aria-disabled={obstacle !== null}
          title={obstacle ?? undefined}
          onClick={() => {
            if (obstacle === null) {
              execute();
            }
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
