import { folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { control, Remark } from './Entry';
import type { IEntryProps } from './form';
import { SUBFOLDER } from './state';
import type { FolderField } from './state';

interface IFolderEntryProps extends IEntryProps {
  readonly field: FolderField;
  readonly label: string;
}

/** The field for a folder to save into; a checkbox switches it off. */
export function FolderEntry(props: IFolderEntryProps): React.JSX.Element {
  const { browse, field, label, model, problem, state, trans } = props;
  const { check, on, text } = state[field];
  const attributes = control(field, problem);
  const switchId = `${attributes.id}-on`;
  return (
    <div role="group" aria-label={label} className="jp-Aibro-Replay-entry">
      <label htmlFor={switchId} className="jp-Aibro-Replay-label">
        <input
          id={switchId}
          type="checkbox"
          checked={on}
          onChange={event => model.setFolderOn(field, event.target.checked)}
        />
        {label}
      </label>
      <div className="jp-Aibro-Replay-value">
        <div className="jp-Aibro-Replay-row">
          <input
            {...attributes}
            className="jp-mod-styled"
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-label={trans.__('Folder')}
            placeholder={trans.__('The root folder')}
            disabled={!on}
            value={text}
            onChange={event => model.setFolder(field, event.target.value)}
          />
          {browse && (
            <button
              type="button"
              className="jp-mod-styled jp-Aibro-Replay-browse"
              title={trans.__('Choose a folder…')}
              aria-label={trans.__('Choose a folder…')}
              disabled={!on}
              onClick={() => browse(field)}
            >
              <folderIcon.react tag="span" />
            </button>
          )}
        </div>
        <Remark
          field={field}
          problem={problem}
          note={
            !on
              ? trans.__('Not saved')
              : check.kind === 'good'
                ? trans.__(
                    '→ %1/<job id>/',
                    [check.path, SUBFOLDER[field]].filter(Boolean).join('/')
                  )
                : ' '
          }
        />
      </div>
    </div>
  );
}
