// Generated from aibro/models.py by scripts/generate_models.py. Do not edit.

/**
 * A setting that limits something for which jobs then wait.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "WaitSetting".
 */
export type WaitSetting =
  'capacity' | 'max_active_instances' | 'max_active_jobs';
/**
 * The status of a job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobStatus".
 */
export type JobStatus = 'CANCELED' | 'COMPLETED' | 'QUEUING' | 'TRAINING';
/**
 * What a job does within its status.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobSubstatus".
 */
export type JobSubstatus =
  | 'CANCELED'
  | 'COMPLETED'
  | 'CONNECTING SERVER'
  | 'GEARING ENV'
  | 'REQUESTING SERVER'
  | 'RETURNING'
  | 'SENDING MODEL & DATA'
  | 'TRAINING';
/**
 * Why a job was CANCELED, for programs; ``Job.reason`` says it in words.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReasonKind".
 */
export type ReasonKind =
  | 'bad-input'
  | 'disk-full'
  | 'environment'
  | 'instance-lost'
  | 'internal'
  | 'no-instance'
  | 'no-slot'
  | 'runner-lost'
  | 'submitter-lost'
  | 'training-error'
  | 'user';
/**
 * Whether a replay had the same outcome as the recorded job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "VerdictName".
 */
export type VerdictName =
  | 'DIVERGED'
  | 'IDENTICAL'
  | 'ISSUE_NOT_REPRODUCED'
  | 'ISSUE_REPRODUCED'
  | 'NOT_COMPARABLE'
  | 'WITHIN_TOLERANCE';
/**
 * How an instance is obtained: cheap, but it may be taken away; or reserved for the user.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Market".
 */
export type Market = 'on-demand' | 'spot';
/**
 * The status of an instance.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InstanceStatus".
 */
export type InstanceStatus =
  'CLOSED' | 'CLOSING' | 'COOLING' | 'EXECUTING' | 'LAUNCHING';
/**
 * What an instance does within its status; empty while it launches or executes.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InstanceSubstatus".
 */
export type InstanceSubstatus =
  '' | 'COOLING' | 'STOPPED' | 'STOPPING' | 'TERMINATED' | 'TERMINATING';
/**
 * The eleven periods of a timeline, in the order of docs/statuses.md.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "PeriodName".
 */
export type PeriodName =
  | 'API Transfer & Server Setup'
  | 'Env Gear up'
  | 'Instance Connect'
  | 'Job Create'
  | 'M&D Deserialization'
  | 'M&D Serialization'
  | 'M&D Transfer'
  | 'Model Training'
  | 'Request Launch'
  | 'Result Serialization'
  | 'Result Transfer';
/**
 * How a timeline is drawn.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChartType".
 */
export type ChartType = 'funnel' | 'pie';
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobFilter".
 */
export type JobFilter =
  'all' | 'active' | 'completed' | 'canceled' | 'recorded';
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobSort".
 */
export type JobSort = '-created' | 'created';
/**
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LogCase".
 */
export type LogCase = 'ignore' | 'match';

/**
 * What a job waits for, for programs; the job's ``note`` says the same in words.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Wait".
 */
export interface Wait {
  setting: WaitSetting | null;
  machine_id: string | null;
}
/**
 * A job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Job".
 */
export interface Job {
  job_id: string;
  seq: number;
  description: string;
  status: JobStatus;
  substatus: JobSubstatus;
  note: string;
  reason: string | null;
  reason_kind: ReasonKind | null;
  traceback: string | null;
  machine_id: string | null;
  instance_id: string | null;
  attempt: number;
  epoch: number;
  epochs: number;
  batch: number;
  batches: number | null;
  metrics: {
    [k: string]: number | null;
  };
  recorded: boolean;
  foreign: boolean;
  replay_of: string | null;
  from_epoch: number;
  verdict: VerdictName | null;
  cancel_requested: boolean;
  needs_kernel: boolean;
  created_at: number;
  ended_at: number | null;
  wait: Wait | null;
  default_description: boolean;
}
/**
 * An instance.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Instance".
 */
export interface Instance {
  instance_id: string;
  seq: number;
  machine_id: string;
  market: Market;
  status: InstanceStatus;
  substatus: InstanceSubstatus;
  job_id: string | null;
  description: string;
  deterministic: boolean;
  cool_down_period_s: number;
  cooling_until: number | null;
  created_at: number;
  closed_at: number | null;
}
/**
 * A measured period of a job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Period".
 */
export interface Period {
  name: PeriodName;
  start: number;
  end: number | null;
  attempt: number;
}
/**
 * A job's timeline as ``plot_timeline`` puts it into a notebook; at most 4 kB as JSON.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Timeline".
 */
export interface Timeline {
  job_id: string;
  description: string;
  status: JobStatus;
  substatus: JobSubstatus;
  reason: string | null;
  char_type: ChartType;
  created_at: number;
  ended_at: number | null;
  as_of: number;
  periods: Period[];
  reason_kind: ReasonKind | null;
  advice: string | null;
}
/**
 * A timeline in all formats of its notebook output; at most 8 kB in total.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TimelineBundle".
 */
export interface TimelineBundle {
  timeline: Timeline;
  html: string;
  text: string;
}
/**
 * The timelines of two jobs side by side, in one notebook output; at most 4 kB as JSON.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TimelineDiff".
 */
export interface TimelineDiff {
  first: Timeline;
  second: Timeline;
  sentence: string;
}
/**
 * Two timelines in all formats of their notebook output; at most 8 kB in total.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TimelineDiffBundle".
 */
export interface TimelineDiffBundle {
  diff: TimelineDiff;
  html: string;
  text: string;
}
/**
 * A job as ``online_fit`` and ``Job.show`` put it into a notebook; at most 4 kB as JSON.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobCard".
 */
export interface JobCard {
  job: Job;
  reached: JobSubstatus;
  metric: string | null;
  values: (number | null)[];
  model_bytes: number | null;
  data_bytes: number | null;
  expected_s: number | null;
  left_s: number | null;
  as_of: number;
}
/**
 * A job's card in all formats of its notebook output; at most 8 kB in total.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobCardBundle".
 */
export interface JobCardBundle {
  card: JobCard;
  html: string;
  text: string;
}
/**
 * One entry of a job's append-only history.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobEvent".
 */
export interface JobEvent {
  seq: number;
  at: number;
  job_id: string;
  kind: string;
  data: {
    [k: string]:
      | string
      | number
      | {
          [k: string]: number | null;
        }
      | null;
  };
}
/**
 * One ended epoch of a job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Epoch".
 */
export interface Epoch {
  epoch: number;
  metrics: {
    [k: string]: number | null;
  };
  weights_hash: string | null;
  ended_at: number;
}
/**
 * A page of a job's ended epochs, in order.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EpochPage".
 */
export interface EpochPage {
  epochs: Epoch[];
  more: boolean;
}
/**
 * A page of the list of jobs.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "JobPage".
 */
export interface JobPage {
  jobs: Job[];
  total: number;
  next_cursor: string | null;
  seq: number;
  now: number;
}
/**
 * The jobs and instances that changed after a ``seq``, each once, as they are now.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Changes".
 */
export interface Changes {
  seq: number;
  jobs: Job[];
  instances: Instance[];
  deleted: string[];
  more: boolean;
  now: number;
}
/**
 * The instances that are not closed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "InstanceList".
 */
export interface InstanceList {
  instances: Instance[];
  now: number;
}
/**
 * A page of a job's history.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "EventPage".
 */
export interface EventPage {
  events: JobEvent[];
  more: boolean;
}
/**
 * A part of a job's log.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LogChunk".
 */
export interface LogChunk {
  text: string;
  offset: number;
  next_offset: number;
  size: number;
  ended: boolean;
}
/**
 * A line of a log as a terminal would finally show it.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LogLine".
 */
export interface LogLine {
  text: string;
  omitted: number;
}
/**
 * Consecutive lines of a log.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LogLines".
 */
export interface LogLines {
  lines: LogLine[];
  first: number;
  total: number;
  size: number;
  indexed: number;
  ended: boolean;
}
/**
 * Where a text occurs in a log.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "LogHits".
 */
export interface LogHits {
  lines: number[];
  next_line: number;
  done: boolean;
}
/**
 * A machine that jobs can request.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Machine".
 */
export interface Machine {
  machine_id: string;
  engine: string;
  market: Market;
  cpus: number;
  memory_bytes: number | null;
  gpus: number;
  labels: {
    [k: string]: string;
  };
  price_per_hour: number | null;
  capacity: number | null;
  instances: number;
  free: number | null;
  problem: string | null;
  requests: number;
  availability: number | null;
  usual_wait_s: number | null;
}
/**
 * The machines that jobs can request.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "MachineList".
 */
export interface MachineList {
  machines: Machine[];
  problem: string | null;
  now: number;
}
/**
 * A fact of the environment that differs from the recorded one.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Difference".
 */
export interface Difference {
  name: string;
  recorded: string | null;
  current: string | null;
}
/**
 * The environment in which a recorded job ran.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Environment".
 */
export interface Environment {
  interpreter: string;
  python: string;
  backend: string;
  packages: {
    [k: string]: string;
  };
  platform: string;
  cpu: string;
  cpus: number;
  threads: {
    [k: string]: string;
  };
  gpus: string[];
}
/**
 * A stored part of a recorded job.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "RecordedPart".
 */
export interface RecordedPart {
  name: string;
  size_bytes: number;
  dtype: string | null;
  shape: number[] | null;
}
/**
 * What is stored of a recorded job, and whether and how it can be replayed here.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Recording".
 */
export interface Recording {
  job_id: string;
  description: string;
  status: JobStatus;
  created_at: number;
  size_bytes: number;
  parts: RecordedPart[];
  parameters: number;
  epochs: number;
  batch_size: number;
  seed: number | null;
  fit_arguments: string[];
  custom_code: boolean;
  foreign: boolean;
  trusted: boolean;
  environment: Environment;
  interpreter: string | null;
  differences: Difference[];
  problem: string | null;
  start_epochs: number[];
  no_start_epochs: string | null;
}
/**
 * Whether a replay reproduced its recorded job, and the evidence.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "Verdict".
 */
export interface Verdict {
  job_id: string;
  replay_of: string;
  verdict: VerdictName;
  sentence: string;
  epoch: number | null;
  metric: string | null;
  recorded: number | null;
  replayed: number | null;
  weights_epoch: number | null;
  differences: Difference[];
  from_epoch: number;
}
/**
 * A request to replay a job. Folders are paths of the Contents API; ``null`` saves nothing.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReplayRequest".
 */
export interface ReplayRequest {
  description: string;
  directory_to_save_ckpt: string | null;
  directory_to_save_log: string | null;
  wait_request_s: number;
  from_epoch: number;
  trust: boolean;
}
/**
 * The folders a job saves its files in, as paths of the Contents API.
 *
 *     ``null`` if the job does not save such files, or saves them outside the server's root.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "SavedFolders".
 */
export interface SavedFolders {
  checkpoints: string | null;
  log: string | null;
}
/**
 * A request to write a report.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReportRequest".
 */
export interface ReportRequest {
  directory: string;
}
/**
 * A report that was written.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ReportFile".
 */
export interface ReportFile {
  path: string;
  size_bytes: number;
}
/**
 * A request to import a report from a file in the server's root folder.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ImportRequest".
 */
export interface ImportRequest {
  path: string;
}
/**
 * A running TensorBoard that shows a job's logs.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "TensorBoardPage".
 */
export interface TensorBoardPage {
  path: string;
}
/**
 * A request to keep a cooling instance for longer.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ExtendRequest".
 */
export interface ExtendRequest {
  seconds: number;
}
/**
 * The answer to every request that fails.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ErrorBody".
 */
export interface ErrorBody {
  message: string;
  code: string;
  field: string | null;
}
/**
 * The message that is pushed to browsers when jobs or instances have changed.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ChangeHint".
 */
export interface ChangeHint {
  seq: number;
}
/**
 * Information about AIbro's server extension.
 *
 * This interface was referenced by `Wire`'s JSON-Schema
 * via the `definition` "ServerInfo".
 */
export interface ServerInfo {
  version: string;
  api: number;
  seq: number;
  root_dir: string;
}

/** MIME type of an inline timeline. */
export const TIMELINE_MIME = 'application/vnd.aibro.timeline.v1+json' as const;

/** MIME type of an inline job card. */
export const JOB_MIME = 'application/vnd.aibro.job.v1+json' as const;

/** Of the events that carry a `ChangeHint`. */
export const CHANGES_SCHEMA =
  'https://events.jupyter.org/aibro/changes/v1' as const;

/** Of what server and browser exchange. */
export const API_VERSION = 2;

/** The periods in the order of docs/statuses.md. */
export const PERIODS = [
  'Job Create',
  'Request Launch',
  'Instance Connect',
  'API Transfer & Server Setup',
  'M&D Serialization',
  'Env Gear up',
  'M&D Transfer',
  'M&D Deserialization',
  'Model Training',
  'Result Serialization',
  'Result Transfer'
] as const;

/** All statuses of a job. */
export const JOB_STATUSES = [
  'QUEUING',
  'TRAINING',
  'CANCELED',
  'COMPLETED'
] as const;

/** All substatuses, in order. */
export const JOB_SUBSTATUSES = [
  'REQUESTING SERVER',
  'CONNECTING SERVER',
  'SENDING MODEL & DATA',
  'GEARING ENV',
  'TRAINING',
  'RETURNING',
  'CANCELED',
  'COMPLETED'
] as const;

/** All statuses of an instance. */
export const INSTANCE_STATUSES = [
  'LAUNCHING',
  'EXECUTING',
  'COOLING',
  'CLOSING',
  'CLOSED'
] as const;

/** Why a job can be CANCELED. */
export const REASON_KINDS = [
  'user',
  'training-error',
  'bad-input',
  'environment',
  'no-slot',
  'no-instance',
  'instance-lost',
  'runner-lost',
  'submitter-lost',
  'disk-full',
  'internal'
] as const;

/** All verdicts of a replay. */
export const VERDICTS = [
  'IDENTICAL',
  'WITHIN_TOLERANCE',
  'DIVERGED',
  'ISSUE_REPRODUCED',
  'ISSUE_NOT_REPRODUCED',
  'NOT_COMPARABLE'
] as const;

/** The filters of the list of jobs. */
export const JOB_FILTERS = [
  'all',
  'active',
  'completed',
  'canceled',
  'recorded'
] as const;

/** The orders of the list of jobs. */
export const JOB_SORTS = ['-created', 'created'] as const;

/** The statuses in which a job is over. */
export const ENDED_STATUSES: readonly JobStatus[] = ['CANCELED', 'COMPLETED'];
