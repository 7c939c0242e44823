import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { AibroClient, Instance, Job, ServerInfo } from './api';

/** The state of the connection to AIbro's server part. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly info: ServerInfo }
  /** The server answers but has no AIbro: not installed or not enabled. */
  | { readonly kind: 'missing' }
  /** The server requires signing in, and the user is no longer signed in. */
  | { readonly kind: 'signed-out' }
  /** The server's AIbro has another `API_VERSION`: one side was upgraded without the other. */
  | { readonly kind: 'mismatch'; readonly info: ServerInfo }
  /** The server does not answer, or AIbro fails on it; `message` says how. */
  | { readonly kind: 'failed'; readonly message: string };

/** What happened since the last change: every changed row once, as it is now. */
export interface IJobsChange {
  readonly jobs: readonly Job[];
  readonly instances: readonly Instance[];
  readonly deleted: readonly string[];
  /** True when changes may have been missed: whoever shows rows has to read them again. */
  readonly reset: boolean;
}

/** The live view of the store, which panel, pages, outputs and dialogs share. */
export interface IJobs {
  readonly client: AibroClient;
  readonly connection: Connection;
  readonly connectionChanged: ISignal<IJobs, Connection>;
  /** Rows that changed, pushed within a fraction of a second. */
  readonly changed: ISignal<IJobs, IJobsChange>;
  /**
   * The server's clock, as far as the browser knows it, in seconds since the epoch; it stands still while
   * the server is unreachable.
   */
  now(): number;
  /** The job on which commands without arguments act: the one selected in the panel. */
  selected: Job | null;
  /** Ids of jobs whose end is shown in a notification of their own, as a replay's is: they get no other one. */
  readonly followed: Set<string>;
  /** Try to connect again at once. */
  retry(): Promise<void>;
}

/** The token by which plugins get the jobs. */
export const IJobs = new Token<IJobs>(
  'jupyterlab-aibro:IJobs',
  'The live view of AIbro jobs and instances.'
);

/** The side panel, for features that add to it. */
export const IJobsPanel = new Token<Widget>(
  'jupyterlab-aibro:IJobsPanel',
  'The side panel of AIbro jobs and instances.'
);

/** The user's settings; `schema/plugin.json` says what each of them means. */
export interface IChoices {
  readonly metric: string;
  readonly showMetric: boolean;
  readonly showElapsed: boolean;
  readonly showInstances: boolean;
  readonly extendSeconds: number;
  readonly chart: 'funnel' | 'pie' | 'time-axis';
  readonly wrapLog: boolean;
  readonly notifications: 'all' | 'failures' | 'none';
  readonly desktopNotifications: boolean;
  /** A path of the Contents API; `''` is the folder of the notebook. */
  readonly checkpointFolder: string;
  /** A path of the Contents API; `''` is the folder of the notebook. */
  readonly logFolder: string;
}

/** The user's settings, live: defaults until they are loaded. */
export interface ISettings {
  readonly current: IChoices;
  /** Resolves when they are loaded; every later change is made by the user. */
  readonly loaded: Promise<void>;
  readonly changed: ISignal<ISettings, void>;
  /** Change settings on behalf of the user, who made the choice elsewhere than on the page of settings. */
  choose(choices: Partial<IChoices>): Promise<void>;
}

/** The token by which plugins get the settings. */
export const ISettings = new Token<ISettings>(
  'jupyterlab-aibro:ISettings',
  'What the user has chosen for AIbro.'
);

/**
 * Ids of the commands. A command on a job takes `{ jobId: string }`; one that can act on several jobs takes
 * `{ jobIds: string[] }` as well.
 */
export const CommandIDs = {
  /** With a job, also goes to its row. */
  showPanel: 'aibro:show-panel',
  /** Opens a job's own page. */
  openJob: 'aibro:open-job',
  showTimeline: 'aibro:show-timeline',
  /** Takes `{ first: string, second?: string }`, ids of jobs; without the second the user is asked. */
  compareTimelines: 'aibro:compare-timelines',
  showLog: 'aibro:show-log',
  replay: 'aibro:replay',
  openReplay: 'aibro:open-replay',
  openTensorBoard: 'aibro:open-tensorboard',
  saveReport: 'aibro:save-report',
  /** Takes `{ path?: string }`, a path of the Contents API; without it the user is asked for files. */
  importReport: 'aibro:import-report',
  cancel: 'aibro:cancel',
  copyId: 'aibro:copy-id',
  deleteJob: 'aibro:delete',
  deleteRecording: 'aibro:delete-recording',
  /** Takes `{ instanceId?: string, seconds?: number }`. */
  extendInstance: 'aibro:extend-instance',
  /** Takes `{ instanceId?: string }`. */
  closeInstance: 'aibro:close-instance'
} as const;
