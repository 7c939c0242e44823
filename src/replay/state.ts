/** The state of the dialog, and what can be derived from it alone. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, Recording, ReplayRequest } from '../api';
import type { Checked } from '../contents/folders';
import { hasEnded } from '../job/model/job';

/** The two fields for folders. */
export type FolderField = 'directory_to_save_ckpt' | 'directory_to_save_log';

/** The fields, named as in the request. */
export type Field =
  | FolderField
  | 'job_id'
  | 'trust'
  | 'description'
  | 'from_epoch'
  | 'wait_request_s';

/** The job to replay, and what is known about it. */
export type Choice =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'loading';
      readonly jobId: string;
      readonly job: Job | null;
    }
  | { readonly kind: 'ready'; readonly job: Job; readonly recording: Recording }
  | {
      readonly kind: 'unfit';
      readonly jobId: string;
      readonly job: Job | null;
      /** Why it cannot be replayed. */
      readonly message: string;
    };

/** Whether files can be saved into a folder. */
export type FolderCheck =
  | { readonly kind: 'checking' }
  | { readonly kind: 'good'; readonly path: string }
  | { readonly kind: 'bad'; readonly message: string };

/** A folder to save into; when it is off, nothing is saved. */
export interface IFolderEntry {
  readonly on: boolean;
  readonly text: string;
  readonly check: FolderCheck;
}

/** A valid request. */
export interface IReadyRequest {
  readonly recorded: Job;
  readonly body: ReplayRequest;
}

/** Where the dialog is between filling in the form and the start of the replay. */
export type Phase =
  | { readonly kind: 'editing' }
  | { readonly kind: 'starting' }
  /** The server refused the request because of this field. */
  | { readonly kind: 'refused'; readonly field: Field }
  /** The replay could not be started, for a reason that concerns no single field. */
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'started';
      readonly request: IReadyRequest;
      readonly replay: Job;
    };

/** Everything that the dialog shows. */
export interface IReplayState {
  readonly choice: Choice;
  /** Whether the user trusts the source of the recording. */
  readonly trust: boolean;
  readonly description: string;
  /** The epoch to start after; 0 is the beginning. */
  readonly fromEpoch: number;
  readonly directory_to_save_ckpt: IFolderEntry;
  readonly directory_to_save_log: IFolderEntry;
  readonly wait: string;
  /** The server's error messages, each kept until its field is changed. */
  readonly refusals: Readonly<Partial<Record<Field, string>>>;
  readonly phase: Phase;
}

const FOLDER_FIELDS = [
  'directory_to_save_ckpt',
  'directory_to_save_log'
] as const satisfies FolderField[];

/** The subfolder of the chosen folder that each kind of file is saved into. */
export const SUBFOLDER: Readonly<Record<FolderField, string>> = {
  directory_to_save_ckpt: 'checkpoints',
  directory_to_save_log: 'logs'
};

/** How long to wait for a machine by default, in seconds. */
const DEFAULT_WAIT = '10000';

/** The initial state of the dialog, with the proposed folders. */
export function initialState(
  folders: Readonly<Record<FolderField, string>>
): IReplayState {
  const entry = (text: string): IFolderEntry => ({
    on: true,
    text,
    check: { kind: 'checking' }
  });
  return {
    choice: { kind: 'none' },
    trust: false,
    description: '',
    fromEpoch: 0,
    directory_to_save_ckpt: entry(folders.directory_to_save_ckpt),
    directory_to_save_log: entry(folders.directory_to_save_log),
    wait: DEFAULT_WAIT,
    refusals: {},
    phase: { kind: 'editing' }
  };
}

/** Parse a number of seconds, as {@link ReplayRequest} accepts them. */
export function readWait(
  text: string,
  trans: TranslationBundle
): Checked<number> {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) {
    return {
      ok: false,
      message: trans.__('Enter a number of seconds, such as %1.', DEFAULT_WAIT)
    };
  }
  if (value < 0) {
    return {
      ok: false,
      message: trans.__('The seconds to wait cannot be negative.')
    };
  }
  return { ok: true, value };
}

/** Why a job cannot be replayed, judging by its row alone; null if it can. */
export function whyUnfit(job: Job, trans: TranslationBundle): string | null {
  if (!job.recorded) {
    return trans.__(
      'Job %1 was not recorded; run it with record=True to be able to replay it.',
      job.job_id
    );
  }
  if (!hasEnded(job)) {
    return trans.__(
      'Job %1 has not ended yet (%2); it can be replayed afterwards.',
      job.job_id,
      job.status
    );
  }
  return null;
}

/** Whether a replay would run code from elsewhere that the user has not agreed to yet. */
export function needsTrust(choice: Choice): boolean {
  if (choice.kind !== 'ready') {
    return false;
  }
  const { foreign, custom_code, trusted } = choice.recording;
  return foreign && custom_code && !trusted;
}

/** The epochs after which a replay of the chosen job can start. */
export function startEpochs(choice: Choice): readonly number[] {
  return choice.kind === 'ready' ? choice.recording.start_epochs : [];
}

/** The error message of each invalid field. Empty if all are valid, or not checked yet. */
export function problemsOf(
  state: IReplayState,
  trans: TranslationBundle
): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = { ...state.refusals };
  if (state.choice.kind === 'unfit') {
    problems.job_id = state.choice.message;
  } else if (state.choice.kind === 'ready' && state.choice.recording.problem) {
    problems.job_id = state.choice.recording.problem;
  }
  for (const field of FOLDER_FIELDS) {
    const { on, check } = state[field];
    if (on && check.kind === 'bad') {
      problems[field] = check.message;
    }
  }
  const wait = readWait(state.wait, trans);
  if (!wait.ok) {
    problems.wait_request_s = wait.message;
  }
  return problems;
}

/** The request to send; null while something is missing, invalid or still being checked. */
export function requestOf(
  state: IReplayState,
  trans: TranslationBundle
): IReadyRequest | null {
  const wait = readWait(state.wait, trans);
  const ckpt = folderOf(state.directory_to_save_ckpt);
  const log = folderOf(state.directory_to_save_log);
  if (
    state.choice.kind !== 'ready' ||
    state.choice.recording.problem !== null ||
    (needsTrust(state.choice) && !state.trust) ||
    !wait.ok ||
    ckpt === undefined ||
    log === undefined ||
    Object.keys(state.refusals).length > 0
  ) {
    return null;
  }
  return {
    recorded: state.choice.job,
    body: {
      description: state.description,
      directory_to_save_ckpt: ckpt,
      directory_to_save_log: log,
      wait_request_s: wait.value,
      from_epoch: state.fromEpoch,
      trust: state.trust
    }
  };
}

/** The folder for the request: null to save nothing, undefined if it is invalid or not checked yet. */
function folderOf({ on, check }: IFolderEntry): string | null | undefined {
  if (!on) {
    return null;
  }
  return check.kind === 'good' ? check.path : undefined;
}
