import * as React from 'react';
import { control, Remark } from './Entry';
import type { IEntryProps } from './form';
import { needsTrust } from './state';

/** The checkbox with which the user agrees to run code that came with an imported recording. */
export function TrustEntry(props: IEntryProps): React.JSX.Element | null {
  const { model, problem, state, trans } = props;
  const { choice, trust } = state;
  if (!needsTrust(choice) && problem === undefined && !trust) {
    return null;
  }
  const { id, ...described } = control('trust', problem);
  return (
    <div className="jp-Aibro-Replay-entry">
      <span className="jp-Aibro-Replay-label">{trans.__('Trust')}</span>
      <div className="jp-Aibro-Replay-value jp-Aibro-Replay-trust">
        <label htmlFor={id}>
          <input
            id={id}
            type="checkbox"
            aria-describedby={described['aria-describedby']}
            aria-invalid={described['aria-invalid']}
            checked={trust}
            onChange={event => model.setTrust(event.target.checked)}
          />
          <span>
            {trans.__(
              'I trust where this recording came from. Its code (layers, functions, callbacks) runs with my rights.'
            )}
          </span>
        </label>
        <Remark
          field="trust"
          problem={problem}
          note={trans.__(
            'It was imported from a report. Until this is ticked, nothing of it runs.'
          )}
        />
      </div>
    </div>
  );
}
