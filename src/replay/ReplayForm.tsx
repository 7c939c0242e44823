import type { TranslationBundle } from '@jupyterlab/translation';
import { folderIcon, HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IJobs } from '../tokens';
import { RecordingFacts } from './RecordingFacts';
import { needsTrust, problemsOf, startEpochs, SUBFOLDER } from './state';
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

interface IEntryProps extends IFormProps {
  readonly problem: string | undefined;
}

function JobEntry(props: IEntryProps): React.JSX.Element {
  const { jobs, locale, model, problem, state, trans } = props;
  const { choice } = state;
  const { id, 'aria-describedby': describedBy } = control('job_id', problem);
  return (
    <Entry
      field="job_id"
      label={trans.__('Job')}
      problem={problem}
      details={
        choice.kind === 'ready' ? (
          <RecordingFacts
            recording={choice.recording}
            trans={trans}
            locale={locale}
          />
        ) : undefined
      }
      note={
        choice.kind === 'loading'
          ? trans.__('Reading the recording…')
          : undefined
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

/** Somebody else's code runs only for those who say that they trust it. */
function TrustEntry(props: IEntryProps): React.JSX.Element | null {
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

/** Where the training begins: at its start, or after an epoch whose state was saved. */
function StartEntry(props: IEntryProps): React.JSX.Element {
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
        choice.kind === 'ready' && epochs.length === 0
          ? choice.recording.no_start_epochs
          : undefined
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

interface IFolderEntryProps extends IEntryProps {
  readonly field: FolderField;
  readonly label: string;
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
    readonly details?: React.ReactNode;
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

/** What is wrong with an entry, else a note; and what is known of it in any case. */
function Remark(props: {
  readonly field: string;
  readonly problem: string | undefined;
  readonly note?: React.ReactNode;
  readonly details?: React.ReactNode;
}): React.JSX.Element {
  const { details, field, note, problem } = props;
  return (
    <div id={remarkId(field)} aria-live="polite">
      <div
        className={
          problem === undefined
            ? 'jp-Aibro-Replay-note'
            : 'jp-Aibro-Replay-problem'
        }
      >
        {problem ?? note}
      </div>
      {details !== undefined && (
        <div className="jp-Aibro-Replay-note">{details}</div>
      )}
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
