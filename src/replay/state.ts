/** What the dialog holds, and what follows from that alone. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { Job, Recording, ReplayRequest } from '../api';
import type { Checked } from '../contents/folders';
import { hasEnded } from '../job/model/job';

/** The two entries that name a folder. */
export type FolderField = 'directory_to_save_ckpt' | 'directory_to_save_log';

/** The entries, named as the request names them. */
export type Field =
  | FolderField
  | 'job_id'
  | 'trust'
  | 'description'
  | 'from_epoch'
  | 'wait_request_s';

/** Which job is to be replayed, and what is known of it. */
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

/** Whether a folder can be saved into. */
export type FolderCheck =
  | { readonly kind: 'checking' }
  | { readonly kind: 'good'; readonly path: string }
  | { readonly kind: 'bad'; readonly message: string };

/** A folder to save into; switched off, nothing is saved. */
export interface IFolderEntry {
  readonly on: boolean;
  readonly text: string;
  readonly check: FolderCheck;
}

/** A request that can be sent. */
export interface IReadyRequest {
  readonly recorded: Job;
  readonly body: ReplayRequest;
}

/** How far the dialog is. */
export type Phase =
  | { readonly kind: 'editing' }
  | { readonly kind: 'starting' }
  /** It was not started because of this entry. */
  | { readonly kind: 'refused'; readonly field: Field }
  /** It could not be started, through no single entry's fault. */
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'started';
      readonly request: IReadyRequest;
      readonly replay: Job;
    };

/** Everything that the dialog shows. */
export interface IReplayState {
  readonly choice: Choice;
  /** Whether the user trusts where the recording came from. */
  readonly trust: boolean;
  readonly description: string;
  /** 0 is the beginning. */
  readonly fromEpoch: number;
  readonly directory_to_save_ckpt: IFolderEntry;
  readonly directory_to_save_log: IFolderEntry;
  readonly wait: string;
  /** What the server found wrong, until the entry is changed. */
  readonly refusals: Readonly<Partial<Record<Field, string>>>;
  readonly phase: Phase;
}

const FOLDER_FIELDS = [
  'directory_to_save_ckpt',
  'directory_to_save_log'
] as const satisfies FolderField[];

/** The folder that each kind of file gets in the chosen one. */
export const SUBFOLDER: Readonly<Record<FolderField, string>> = {
  directory_to_save_ckpt: 'checkpoints',
  directory_to_save_log: 'logs'
};

/** The seconds to wait unless told. */
const DEFAULT_WAIT = '10000';

/** The dialog as it opens, with the folders that it proposes. */
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

/** Read a number of seconds, as {@link ReplayRequest} takes them. */
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

/** Why a job cannot be replayed, as far as its row tells; null when it can. */
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

/** Whether code would run that somebody else wrote and the user has not said to trust. */
export function needsTrust(choice: Choice): boolean {
  if (choice.kind !== 'ready') {
    return false;
  }
  const { foreign, custom_code, trusted } = choice.recording;
  return foreign && custom_code && !trusted;
}

/** The epochs after which the chosen job can begin again. */
export function startEpochs(choice: Choice): readonly number[] {
  return choice.kind === 'ready' ? choice.recording.start_epochs : [];
}

/** What is wrong, per entry, in words; empty when nothing is (or nothing is known yet). */
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

/** What to ask of the server; null as long as something is missing, wrong or being checked. */
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

/** The folder for the request: null saves nothing, undefined is not known (yet). */
function folderOf({ on, check }: IFolderEntry): string | null | undefined {
  if (!on) {
    return null;
  }
  return check.kind === 'good' ? check.path : undefined;
}
