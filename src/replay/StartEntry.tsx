import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import { control, Entry } from './Entry';
import type { IEntryProps } from './form';
import { startEpochs } from './state';

/** The field for where the training starts: from scratch, or after an epoch whose state was saved. */
export function StartEntry(props: IEntryProps): React.JSX.Element {
  const { model, problem, state, trans } = props;
  const { choice, fromEpoch } = state;
  const epochs = startEpochs(choice);
  const { id, ...described } = control('from_epoch', problem);
  const options = [
    { value: 0, label: trans.__('At the beginning') },
    ...epochs.map(epoch => ({
      value: epoch,
      label: trans.__('After epoch %1', epoch)
    }))
  ];
  return (
    <Entry
      field="from_epoch"
      label={trans.__('Start')}
      problem={problem}
      note={
        choice.kind === 'ready' && epochs.length === 0 ? (
          <span lang="en">{choice.recording.no_start_epochs}</span>
        ) : undefined
      }
    >
      <HTMLSelect
        id={id}
        aria-describedby={described['aria-describedby']}
        aria-invalid={described['aria-invalid']}
        disabled={epochs.length === 0}
        options={options}
        value={fromEpoch}
        onChange={event => model.setFromEpoch(Number(event.target.value))}
      />
    </Entry>
  );
}
