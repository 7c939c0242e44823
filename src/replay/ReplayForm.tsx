import type { TranslationBundle } from '@jupyterlab/translation';
import { folderIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IJobs } from '../tokens';
import { RecordingFacts } from './RecordingFacts';
import { problemsOf, SUBFOLDER } from './state';
import type { Choice, FolderField, IReplayState } from './state';
import { JobPicker } from './JobPicker';
import type { ReplayModel } from './model';

/** What the form stands on. */
export interface IFormContext {
  readonly jobs: IJobs;
  readonly model: ReplayModel;
  readonly trans: TranslationBundle;
  /** BCP 47 tag for numbers and times; undefined is the browser's own. */
  readonly locale: string | undefined;
  /** The entry that a person begins with. */
  readonly first: 'job_id' | 'description';
  /** Let a person choose a folder; null where nothing can show them. */
  readonly browse: ((field: FolderField) => void) | null;
}

interface IFormProps extends IFormContext {
  readonly state: IReplayState;
}

/** The id of an entry's element; there is one dialog at a time. */
export function entryId(field: string): string {
  return `jp-Aibro-Replay-${field}`;
}

/** The dialog's entries. */
export function ReplayForm(props: IFormProps): React.JSX.Element {
  const { state, model, trans } = props;
  const { phase } = state;
  const problems = problemsOf(state, trans);
  return (
    <div className="jp-Aibro-Replay-form" aria-busy={phase.kind === 'starting'}>
      <JobEntry {...props} problem={problems.job_id} />
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

function JobEntry(
  props: IFormProps & { readonly problem: string | undefined }
): React.JSX.Element {
  const { jobs, locale, model, problem, state, trans } = props;
  const { choice } = state;
  const { id, 'aria-describedby': describedBy } = control('job_id', problem);
  return (
    <Entry
      field="job_id"
      label={trans.__('Job')}
      problem={problem}
      note={
        choice.kind === 'ready' ? (
          <RecordingFacts
            recording={choice.recording}
            trans={trans}
            locale={locale}
          />
        ) : choice.kind === 'loading' ? (
          trans.__('Reading the recording…')
        ) : undefined
      }
    >
      <JobPicker
        id={id}
        client={jobs.client}
        trans={trans}
        locale={locale}
        now={() => jobs.now()}
        chosen={choiceWords(choice)}
        chosenId={chosenIdOf(choice)}
        onChoose={job => void model.choose(job.job_id, job)}
        autoFocus={props.first === 'job_id'}
        describedBy={describedBy}
        invalid={problem !== undefined}
      />
    </Entry>
  );
}

interface IFolderEntryProps extends IFormProps {
  readonly field: FolderField;
  readonly label: string;
  readonly problem: string | undefined;
}

function FolderEntry(props: IFolderEntryProps): React.JSX.Element {
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
                ? `→ ${[check.path, SUBFOLDER[field], trans.__('<job id>')]
                    .filter(Boolean)
                    .join('/')}/`
                : ' '
          }
        />
      </div>
    </div>
  );
}

/** A label, its control and what is to be said about it. */
function Entry(
  props: React.PropsWithChildren<{
    readonly field: string;
    readonly label: string;
    readonly problem: string | undefined;
    readonly note?: React.ReactNode;
  }>
): React.JSX.Element {
  const { children, field, label } = props;
  return (
    <div className="jp-Aibro-Replay-entry">
      <label htmlFor={entryId(field)} className="jp-Aibro-Replay-label">
        {label}
      </label>
      <div className="jp-Aibro-Replay-value">
        {children}
        <Remark {...props} />
      </div>
    </div>
  );
}

/** What is wrong with an entry; else what is known of it. */
function Remark(props: {
  readonly field: string;
  readonly problem: string | undefined;
  readonly note?: React.ReactNode;
}): React.JSX.Element {
  const { field, note, problem } = props;
  return (
    <div
      id={remarkId(field)}
      aria-live="polite"
      className={
        problem === undefined
          ? 'jp-Aibro-Replay-note'
          : 'jp-Aibro-Replay-problem'
      }
    >
      {problem ?? note}
    </div>
  );
}

/** The attributes that tie a control to its label and its remark. */
function control(
  field: string,
  problem: string | undefined
): {
  id: string;
  className: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
} {
  return {
    id: entryId(field),
    className: 'jp-mod-styled',
    'aria-describedby': remarkId(field),
    'aria-invalid': problem !== undefined
  };
}

function remarkId(field: string): string {
  return `${entryId(field)}-remark`;
}

function chosenIdOf(choice: Choice): string | null {
  switch (choice.kind) {
    case 'none':
      return null;
    case 'ready':
      return choice.job.job_id;
    default:
      return choice.jobId;
  }
}

function choiceWords(choice: Choice): string {
  const jobId = chosenIdOf(choice) ?? '';
  const job = choice.kind === 'none' ? null : choice.job;
  return [job?.description, jobId].filter(Boolean).join(' · ');
}
