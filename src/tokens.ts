import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { AibroClient, Instance, Job, ServerInfo } from './api';

/** How the browser stands with AIbro's server part. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online'; readonly info: ServerInfo }
  /** The server answers but has no AIbro: not installed or not enabled. */
  | { readonly kind: 'missing' }
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
  /** The server's clock as well as the browser knows it, in seconds since the epoch. */
  now(): number;
  /** The job that commands without arguments act on: the one selected in the panel. */
  selected: Job | null;
  /** Try to connect again at once. */
  retry(): Promise<void>;
}

/** Token under which other plugins find the jobs. */
export const IJobs = new Token<IJobs>(
  'jupyterlab-aibro:IJobs',
  'The live view of AIbro jobs and instances.'
);

/** Ids of the commands; every one that acts on a job takes `{ jobId: string }`. */
export const CommandIDs = {
  showPanel: 'aibro:show-panel',
  showTimeline: 'aibro:show-timeline',
  showLog: 'aibro:show-log',
  replay: 'aibro:replay',
  cancel: 'aibro:cancel',
  copyId: 'aibro:copy-id',
  deleteJob: 'aibro:delete',
  /** Takes `{ instanceId: string, seconds?: number }`. */
  extendInstance: 'aibro:extend-instance',
  /** Takes `{ instanceId: string }`. */
  closeInstance: 'aibro:close-instance'
} as const;
