import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { AibroClient, Instance, Job, ServerInfo } from './api';

/** How the browser stands with AIbro's server part. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly info: ServerInfo }
  /** The server answers but has no AIbro: not installed or not enabled. */
  | { readonly kind: 'missing' }
  /** The server answers only to people whom it knows, and does not know this one any more. */
  | { readonly kind: 'signed-out' }
  /** The server's AIbro has another `API_VERSION`: one side was upgraded without the other. */
  | { readonly kind: 'mismatch'; readonly info: ServerInfo }
  /** The server does not answer, or AIbro fails on it; `message` says how. */
  | { readonly kind: 'failed'; readonly message: string };

/** What happened since the last change: every row once, as it is now. */
export interface IJobsChange {
  readonly jobs: readonly Job[];
  readonly instances: readonly Instance[];
  readonly deleted: readonly string[];
  /** True when rows may have been missed: read again what you show. */
  readonly reset: boolean;
}

/** The live view of the store that panel, charts and dialogs share. */
export interface IJobs {
  readonly client: AibroClient;
  readonly connection: Connection;
  readonly connectionChanged: ISignal<IJobs, Connection>;
  /** Rows that changed, pushed within a fraction of a second. */
  readonly changed: ISignal<IJobs, IJobsChange>;
  /**
   * The server's clock as well as the browser knows it, in seconds since the epoch; it stands still
   * while the server is gone.
   */
  now(): number;
  /** The job that commands without arguments act on: the one selected in the panel. */
  selected: Job | null;
  /** Ids of jobs whose end is told in a way of its own: of those no other notification is shown. */
  readonly followed: Set<string>;
  /** Try to connect again at once. */
  retry(): Promise<void>;
}

/** Token under which other plugins find the jobs. */
export const IJobs = new Token<IJobs>(
  'jupyterlab-aibro:IJobs',
  'The live view of AIbro jobs and instances.'
);

/** The side panel, for features that add to it. */
export const IJobsPanel = new Token<Widget>(
  'jupyterlab-aibro:IJobsPanel',
  'The side panel of AIbro jobs and instances.'
);

/** What a user can choose, as in `schema/plugin.json`, which says what each means. */
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

/** The user's choices: their defaults until they are loaded. */
export interface ISettings {
  readonly current: IChoices;
  /** Resolves when they are loaded; from then on a change is one that the user makes. */
  readonly loaded: Promise<void>;
  readonly changed: ISignal<ISettings, void>;
  /** Choose in place of the user, who said so elsewhere than on the page of settings. */
  choose(choices: Partial<IChoices>): Promise<void>;
}

/** Token under which plugins find the settings. */
export const ISettings = new Token<ISettings>(
  'jupyterlab-aibro:ISettings',
  'What the user has chosen for AIbro.'
);

/**
 * Ids of the commands; every one that acts on a job takes `{ jobId: string }`, and those that can act
 * on several `{ jobIds: string[] }` as well.
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
