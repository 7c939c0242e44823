import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  Changes,
  ChartType,
  EpochPage,
  EventPage,
  ExtendRequest,
  ImportRequest,
  Instance,
  InstanceList,
  Job,
  JobCard,
  JobCardBundle,
  JobPage,
  LogChunk,
  LogHits,
  LogLines,
  MachineList,
  Recording,
  ReplayRequest,
  ReportFile,
  ReportRequest,
  SavedFolders,
  ServerInfo,
  TensorBoardPage,
  Timeline,
  TimelineBundle,
  TimelineDiff,
  TimelineDiffBundle,
  Verdict
} from './_models';
import type {
  IAfterQuery,
  IJobsQuery,
  ILinesQuery,
  ILogQuery,
  ILogSearchQuery,
  IMachinesQuery
} from './queries';
import { addressOf, request } from './request';

/**
 * Every route of AIbro's server part, typed.
 *
 * Each method throws `AibroRequestError` when it fails, and gives up when `signal` says so.
 */
export class AibroClient {
  constructor(
    readonly serverSettings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    private readonly _trans: TranslationBundle = nullTranslator.load(
      'jupyterlab_aibro'
    )
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
      signal,
      trans: this._trans
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

  /** Two jobs' timelines side by side. */
  timelineDiff(
    first: string,
    second: string,
    signal?: AbortSignal
  ): Promise<TimelineDiff> {
    return this._get(jobPath(first, 'timeline/diff'), { with: second }, signal);
  }

  /** Two timelines in every form a notebook's output has. */
  timelineDiffBundle(
    first: string,
    second: string,
    signal?: AbortSignal
  ): Promise<TimelineDiffBundle> {
    return this._get(
      jobPath(first, 'timeline/diff/bundle'),
      { with: second },
      signal
    );
  }

  /** A job as its card shows it. */
  card(jobId: string, signal?: AbortSignal): Promise<JobCard> {
    return this._get(jobPath(jobId, 'card'), {}, signal);
  }

  /** The card in every form a notebook's output has. */
  cardBundle(jobId: string, signal?: AbortSignal): Promise<JobCardBundle> {
    return this._get(jobPath(jobId, 'card/bundle'), {}, signal);
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

  /** Lines of a log as a terminal shows them. */
  logLines(
    jobId: string,
    query: ILinesQuery,
    signal?: AbortSignal
  ): Promise<LogLines> {
    return this._get(jobPath(jobId, 'log/lines'), { ...query }, signal);
  }

  /** Look for a text in a log; unless the answer is `done`, ask again from its `next_line`. */
  searchLog(
    jobId: string,
    query: ILogSearchQuery,
    signal?: AbortSignal
  ): Promise<LogHits> {
    return this._get(jobPath(jobId, 'log/search'), { ...query }, signal);
  }

  /** Where the browser can download all of a log. */
  logFileUrl(jobId: string): string {
    return addressOf(this.serverSettings, jobPath(jobId, 'log/file'));
  }

  /** The ended epochs after one of them, in order; `limit` is 200 unless told. */
  epochs(
    jobId: string,
    query: IAfterQuery = {},
    signal?: AbortSignal
  ): Promise<EpochPage> {
    return this._get(jobPath(jobId, 'epochs'), { ...query }, signal);
  }

  recording(jobId: string, signal?: AbortSignal): Promise<Recording> {
    return this._get(jobPath(jobId, 'recording'), {}, signal);
  }

  /** Forget what was recorded; the job stays but cannot be replayed. Only of an ended job. */
  deleteRecording(jobId: string, signal?: AbortSignal): Promise<void> {
    return request(this.serverSettings, jobPath(jobId, 'recording'), {
      method: 'DELETE',
      signal,
      trans: this._trans
    });
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

  /** Where a job's checkpoints and logs go. */
  savedFolders(jobId: string, signal?: AbortSignal): Promise<SavedFolders> {
    return this._get(jobPath(jobId, 'folders'), {}, signal);
  }

  /** Open a TensorBoard that shows what a job logged. */
  tensorBoard(jobId: string, signal?: AbortSignal): Promise<TensorBoardPage> {
    return this._post(jobPath(jobId, 'tensorboard'), {}, signal);
  }

  /** Write a recorded job and all that belongs to it into one file. */
  saveReport(
    jobId: string,
    body: ReportRequest,
    signal?: AbortSignal
  ): Promise<ReportFile> {
    return this._post(jobPath(jobId, 'report'), body, signal);
  }

  /** Bring in the job of a report that lies under the server's root. */
  importReport(body: ImportRequest, signal?: AbortSignal): Promise<Job> {
    return this._post('reports/import', body, signal);
  }

  /** Bring in the job of a report that lies on the user's own machine; the browser streams it. */
  uploadReport(report: Blob, signal?: AbortSignal): Promise<Job> {
    return this._post('reports', report, signal);
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

  machines(
    query: IMachinesQuery = {},
    signal?: AbortSignal
  ): Promise<MachineList> {
    return this._get('machines', { ...query }, signal);
  }

  private _get<T>(
    path: string,
    query: Readonly<Record<string, string | number | undefined>>,
    signal?: AbortSignal
  ): Promise<T> {
    return request(this.serverSettings, path, {
      query,
      signal,
      trans: this._trans
    });
  }

  private _post<T>(
    path: string,
    body: object,
    signal?: AbortSignal
  ): Promise<T> {
    return request(this.serverSettings, path, {
      method: 'POST',
      body,
      signal,
      trans: this._trans
    });
  }
}

function jobPath(jobId: string, part = ''): string {
  return `jobs/${encodeURIComponent(jobId)}${part && `/${part}`}`;
}

function instancePath(instanceId: string, part: string): string {
  return `instances/${encodeURIComponent(instanceId)}/${part}`;
}
