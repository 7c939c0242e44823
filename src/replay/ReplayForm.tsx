import * as React from 'react';
import { control, Entry, entryId } from './Entry';
import { FolderEntry } from './FolderEntry';
import type { IFormProps } from './form';
import { JobEntry } from './JobEntry';
import { StartEntry } from './StartEntry';
import { problemsOf } from './state';
import { TrustEntry } from './TrustEntry';

/** The fields of the dialog. */
export function ReplayForm(props: IFormProps): React.JSX.Element {
  const { state, model, trans } = props;
  const { phase } = state;
  const problems = problemsOf(state, trans);
  // In an effect, because the refused field may be rendered only as a result of the refusal.
  React.useEffect(() => {
    if (phase.kind === 'refused') {
      document.getElementById(entryId(phase.field))?.focus();
    }
  }, [phase]);
  return (
    <div className="jp-Aibro-Replay-form" aria-busy={phase.kind === 'starting'}>
      <JobEntry {...props} problem={problems.job_id} />
      <TrustEntry {...props} problem={problems.trust} />
      <Entry
        field="description"
        label={trans.__('Description')}
        problem={problems.description}
      >
        <textarea
          {...control('description', problems.description)}
          rows={3}
          autoFocus={props.first === 'description'}
          placeholder={trans.__('What is to be found out, if anything')}
          value={state.description}
          onChange={event => model.setDescription(event.target.value)}
        />
      </Entry>
      <StartEntry {...props} problem={problems.from_epoch} />
      <FolderEntry
        {...props}
        field="directory_to_save_ckpt"
        label={trans.__('Save checkpoints to')}
        problem={problems.directory_to_save_ckpt}
      />
      <FolderEntry
        {...props}
        field="directory_to_save_log"
        label={trans.__('Save TensorBoard log to')}
        problem={problems.directory_to_save_log}
      />
      <Entry
        field="wait_request_s"
        label={trans.__('Wait for an instance at most')}
        problem={problems.wait_request_s}
      >
        <div className="jp-Aibro-Replay-row">
          <input
            {...control('wait_request_s', problems.wait_request_s)}
            className="jp-mod-styled jp-Aibro-Replay-seconds"
            type="text"
            inputMode="decimal"
            autoComplete="off"
            value={state.wait}
            onChange={event => model.setWait(event.target.value)}
          />
          <span>{trans.__('seconds')}</span>
        </div>
      </Entry>
      <div role="alert" className="jp-Aibro-Replay-problem">
        {phase.kind === 'failed' && phase.message}
      </div>
    </div>
  );
}
