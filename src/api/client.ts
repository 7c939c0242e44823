import { ServerConnection } from '@jupyterlab/services';
import type {
  Changes,
  ChartType,
  EventPage,
  ExtendRequest,
  Instance,
  InstanceList,
  Job,
  JobFilter,
  JobPage,
  LogChunk,
  MachineList,
  Recording,
  ReplayRequest,
  ServerInfo,
  Timeline,
  TimelineBundle,
  Verdict
} from './_models';
import { request } from './request';

/** Which jobs, and which part of them. */
export interface IJobsQuery {
  readonly filter?: JobFilter;
  readonly search?: string;
  /** `-created` (newest first) unless told. */
  readonly sort?: '-created' | 'created';
  readonly cursor?: string;
  readonly offset?: number;
  /** 1–200; 50 unless told. */
  readonly limit?: number;
}

/** A part of an append-only sequence. */
export interface IAfterQuery {
  readonly after?: number;
  readonly limit?: number;
}

/** A part of a log, in bytes; a negative `offset` counts from the end. */
export interface ILogQuery {
  readonly offset?: number;
  readonly limit?: number;
}

/**
 * Every route of AIbro's server part, typed.
 *
 * Each method throws `AibroRequestError` when it fails, and gives up when `signal` says so.
 */
export class AibroClient {
  constructor(
    readonly serverSettings: ServerConnection.ISettings = ServerConnection.makeSettings()
  ) {}

  info(signal?: AbortSignal): Promise<ServerInfo> {
    return this._get('info', {}, signal);
  }

  jobs(query: IJobsQuery = {}, signal?: AbortSignal): Promise<JobPage> {
    return this._get('jobs', { ...query }, signal);
  }

  job(jobId: string, signal?: AbortSignal): Promise<Job> {
    return this._get(jobPath(jobId), {}, signal);
  }

  /** Only an ended job can be deleted. */
  deleteJob(jobId: string, signal?: AbortSignal): Promise<void> {
    return request(this.serverSettings, jobPath(jobId), {
      method: 'DELETE',
      signal
    });
  }

  timeline(
    jobId: string,
    charType?: ChartType,
    signal?: AbortSignal
  ): Promise<Timeline> {
    return this._get(
      jobPath(jobId, 'timeline'),
      { char_type: charType },
      signal
    );
  }

  /** The timeline in every form a notebook's output has. */
  timelineBundle(
    jobId: string,
    charType?: ChartType,
    signal?: AbortSignal
  ): Promise<TimelineBundle> {
    return this._get(
      jobPath(jobId, 'timeline/bundle'),
      { char_type: charType },
      signal
    );
  }

  events(
    jobId: string,
    query: IAfterQuery = {},
    signal?: AbortSignal
  ): Promise<EventPage> {
    return this._get(jobPath(jobId, 'events'), { ...query }, signal);
  }

  log(
    jobId: string,
    query: ILogQuery = {},
    signal?: AbortSignal
  ): Promise<LogChunk> {
    return this._get(jobPath(jobId, 'log'), { ...query }, signal);
  }

  recording(jobId: string, signal?: AbortSignal): Promise<Recording> {
    return this._get(jobPath(jobId, 'recording'), {}, signal);
  }

  verdict(jobId: string, signal?: AbortSignal): Promise<Verdict> {
    return this._get(jobPath(jobId, 'verdict'), {}, signal);
  }

  cancel(jobId: string, signal?: AbortSignal): Promise<Job> {
    return this._post(jobPath(jobId, 'cancel'), {}, signal);
  }

  /** Start the replay of a recorded job and return the new job. */
  replay(
    jobId: string,
    body: ReplayRequest,
    signal?: AbortSignal
  ): Promise<Job> {
    return this._post(jobPath(jobId, 'replay'), body, signal);
  }

  changes(query: IAfterQuery, signal?: AbortSignal): Promise<Changes> {
    return this._get('changes', { ...query }, signal);
  }

  /** The instances that are not closed. */
  instances(signal?: AbortSignal): Promise<InstanceList> {
    return this._get('instances', {}, signal);
  }

  extendInstance(
    instanceId: string,
    body: ExtendRequest,
    signal?: AbortSignal
  ): Promise<Instance> {
    return this._post(instancePath(instanceId, 'extend'), body, signal);
  }

  closeInstance(instanceId: string, signal?: AbortSignal): Promise<Instance> {
    return this._post(instancePath(instanceId, 'close'), {}, signal);
  }

  machines(signal?: AbortSignal): Promise<MachineList> {
    return this._get('machines', {}, signal);
  }

  private _get<T>(
    path: string,
    query: Readonly<Record<string, string | number | undefined>>,
    signal?: AbortSignal
  ): Promise<T> {
    return request(this.serverSettings, path, { query, signal });
  }

  private _post<T>(
    path: string,
    body: object,
    signal?: AbortSignal
  ): Promise<T> {
    return request(this.serverSettings, path, { method: 'POST', body, signal });
  }
}

function jobPath(jobId: string, part = ''): string {
  return `jobs/${encodeURIComponent(jobId)}${part && `/${part}`}`;
}

function instancePath(instanceId: string, part: string): string {
  return `instances/${encodeURIComponent(instanceId)}/${part}`;
}
