"""The wire types: all records and words that kernel, runner, server and browser exchange.

This module is the only source of these types. The browser's types (``src/api/_models.ts``) and
the OpenAPI document are generated from it, and the store saves its records.

Times are seconds since the Unix epoch (UTC) as floats; durations are seconds. A metric that is
infinite or not a number is sent as ``null``, because JSON cannot express it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

TIMELINE_MIME = "application/vnd.aibro.timeline.v1+json"
JOB_MIME = "application/vnd.aibro.job.v1+json"
CHANGES_SCHEMA = "https://events.jupyter.org/aibro/changes/v1"
"""The schema of the events that carry a `ChangeHint`; also named in ``server/events.yaml``."""

API_VERSION = 2
"""The version of what server and browser exchange. It grows with every incompatible change."""


class Word(StrEnum):
    """Base of all enumerations; a word prints as its value, also inside a record."""

    def __repr__(self) -> str:
        return repr(self.value)


class JobStatus(Word):
    """The status of a job."""

    QUEUING = "QUEUING"
    TRAINING = "TRAINING"
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"


class JobSubstatus(Word):
    """What a job does within its status."""

    REQUESTING_SERVER = "REQUESTING SERVER"
    CONNECTING_SERVER = "CONNECTING SERVER"
    SENDING = "SENDING MODEL & DATA"
    GEARING_ENV = "GEARING ENV"
    TRAINING = "TRAINING"
    RETURNING = "RETURNING"
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"


class InstanceStatus(Word):
    """The status of an instance."""

    LAUNCHING = "LAUNCHING"
    EXECUTING = "EXECUTING"
    COOLING = "COOLING"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


class InstanceSubstatus(Word):
    """What an instance does within its status; empty while it launches or executes."""

    NONE = ""
    COOLING = "COOLING"
    STOPPING = "STOPPING"
    TERMINATING = "TERMINATING"
    STOPPED = "STOPPED"
    TERMINATED = "TERMINATED"


class Market(Word):
    """How an instance is obtained: cheap, but it may be taken away; or reserved for the user."""

    SPOT = "spot"
    ON_DEMAND = "on-demand"


class PeriodName(Word):
    """The eleven periods of a timeline, in the order of docs/statuses.md."""

    JOB_CREATE = "Job Create"
    REQUEST_LAUNCH = "Request Launch"
    INSTANCE_CONNECT = "Instance Connect"
    SERVER_SETUP = "API Transfer & Server Setup"
    SERIALIZATION = "M&D Serialization"
    ENV_GEAR_UP = "Env Gear up"
    TRANSFER = "M&D Transfer"
    DESERIALIZATION = "M&D Deserialization"
    MODEL_TRAINING = "Model Training"
    RESULT_SERIALIZATION = "Result Serialization"
    RESULT_TRANSFER = "Result Transfer"


class ReasonKind(Word):
    """Why a job was CANCELED, for programs; ``Job.reason`` says it in words."""

    USER = "user"
    TRAINING_ERROR = "training-error"
    BAD_INPUT = "bad-input"
    ENVIRONMENT = "environment"
    NO_SLOT = "no-slot"
    NO_INSTANCE = "no-instance"
    INSTANCE_LOST = "instance-lost"
    RUNNER_LOST = "runner-lost"
    SUBMITTER_LOST = "submitter-lost"
    DISK_FULL = "disk-full"
    INTERNAL = "internal"


class VerdictName(Word):
    """Whether a replay had the same outcome as the recorded job."""

    IDENTICAL = "IDENTICAL"
    WITHIN_TOLERANCE = "WITHIN_TOLERANCE"
    DIVERGED = "DIVERGED"
    ISSUE_REPRODUCED = "ISSUE_REPRODUCED"
    ISSUE_NOT_REPRODUCED = "ISSUE_NOT_REPRODUCED"
    NOT_COMPARABLE = "NOT_COMPARABLE"


class WaitSetting(Word):
    """A setting that limits something for which jobs then wait."""

    MAX_ACTIVE_JOBS = "max_active_jobs"
    MAX_ACTIVE_INSTANCES = "max_active_instances"
    CAPACITY = "capacity"

    @property
    def file(self) -> str:
        """The name of the file in the state folder that contains the setting."""
        return "machines.toml" if self is WaitSetting.CAPACITY else "settings.toml"


class JobFilter(Word):
    """Which jobs a list shows."""

    ALL = "all"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELED = "canceled"
    RECORDED = "recorded"


class JobSort(Word):
    """The order of a list of jobs."""

    NEWEST_FIRST = "-created"
    OLDEST_FIRST = "created"


class LogCase(Word):
    """Whether a search in a log distinguishes upper and lower case."""

    IGNORE = "ignore"
    MATCH = "match"


class ChartType(Word):
    """How a timeline is drawn."""

    FUNNEL = "funnel"
    PIE = "pie"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records on the wire; immutable, with keyword arguments only."""


class Wait(Record):
    """What a job waits for, for programs; the job's ``note`` says the same in words."""

    setting: WaitSetting | None
    """The setting whose limit is reached. ``None`` when the job does not wait for a limit of
    AIbro's: the cluster has no room, or has not answered yet."""
    machine_id: str | None
    """The machine that the job requests; ``None`` while it waits for its turn to request one."""


class Job(Record):
    """A job."""

    job_id: str
    seq: int
    """The number of the last event that changed this job."""
    description: str
    status: JobStatus
    substatus: JobSubstatus
    note: str
    """What the job waits for or does now, in plain words; empty when the status says it all."""
    reason: str | None
    """Why the job was CANCELED, and then never empty; ``None`` otherwise."""
    reason_kind: ReasonKind | None
    traceback: str | None
    """The worker's traceback if the training raised an exception; left out in lists of jobs."""
    machine_id: str | None
    instance_id: str | None
    attempt: int
    """1 at first; one more each time the job continues because its machine was taken away."""
    epoch: int
    """How many epochs have ended."""
    epochs: int
    batch: int
    """How many batches of the running epoch have ended."""
    batches: int | None
    """How many batches an epoch has, when known."""
    metrics: dict[str, float | None]
    """The latest value of each metric, from a batch or from the end of an epoch."""
    recorded: bool
    foreign: bool
    """The job was imported from a report: it ran for somebody else, or on another computer."""
    replay_of: str | None
    from_epoch: int
    """A replay began after this epoch of the recorded job; 0 means at the start."""
    verdict: VerdictName | None
    cancel_requested: bool
    needs_kernel: bool
    """True until model and data are stored. Until then, the job ends if its kernel ends."""
    created_at: float
    ended_at: float | None
    wait: Wait | None = None
    """What the job waits for, for programs; ``None`` when it does not wait."""
    default_description: bool = False
    """True if AIbro made up ``description``, for a replay that the user did not describe."""


class Instance(Record):
    """An instance."""

    instance_id: str
    seq: int
    machine_id: str
    market: Market
    status: InstanceStatus
    substatus: InstanceSubstatus
    job_id: str | None
    """The job it works for, or the last one it worked for."""
    description: str
    """The description of that job."""
    deterministic: bool
    """True if that job is recorded or a replay. Only such jobs can reuse the instance then."""
    cool_down_period_s: float
    cooling_until: float | None
    created_at: float
    closed_at: float | None


class Period(Record):
    """A measured period of a job."""

    name: PeriodName
    start: float
    end: float | None
    """``None`` while the period is open."""
    attempt: int = 1
    """The attempt that the period belongs to; see `Job`."""


class Timeline(Record):
    """A job's timeline as ``plot_timeline`` puts it into a notebook; at most 4 kB as JSON."""

    job_id: str
    description: str
    status: JobStatus
    substatus: JobSubstatus
    reason: str | None
    char_type: ChartType
    created_at: float
    ended_at: float | None
    as_of: float
    """When this was read from the store; open periods are drawn up to here."""
    periods: list[Period]
    reason_kind: ReasonKind | None = None
    """Why the job was CANCELED; decides the colour of ``reason``."""
    advice: str | None = None
    """One sentence on how to save time in the next such job, with measured times; usually
    ``None``."""


class TimelineBundle(Record):
    """A timeline in all formats of its notebook output; at most 8 kB in total."""

    timeline: Timeline
    """The timeline, with description and reason shortened to fit."""
    html: str
    text: str


class TimelineDiff(Record):
    """The timelines of two jobs side by side, in one notebook output; at most 4 kB as JSON."""

    first: Timeline
    second: Timeline
    sentence: str
    """How much less or more time the second job took, and where."""


class TimelineDiffBundle(Record):
    """Two timelines in all formats of their notebook output; at most 8 kB in total."""

    diff: TimelineDiff
    html: str
    text: str


class JobCard(Record):
    """A job as ``online_fit`` and ``Job.show`` put it into a notebook; at most 4 kB as JSON."""

    job: Job
    """The job, without its traceback, and with texts and metrics shortened to fit."""
    reached: JobSubstatus
    """How far the job came: its substatus, or the last one before it was CANCELED."""
    metric: str | None
    """The metric of ``values``."""
    values: list[float | None]
    """The metric after at most 50 of the ended epochs, in order and rounded, for a sparkline. The
    last ended epoch is included."""
    model_bytes: int | None
    """The size of the model, when known."""
    data_bytes: int | None
    """The size of the data, when known."""
    expected_s: float | None
    """Estimated seconds to store and send the data, from earlier jobs on the machine; ``None`` if
    too short to mention."""
    left_s: float | None
    """Estimated seconds of training left; ``None`` when the job does not train, or when its pace is
    not known yet."""
    as_of: float
    """When this was read from the store."""


class JobCardBundle(Record):
    """A job's card in all formats of its notebook output; at most 8 kB in total."""

    card: JobCard
    html: str
    text: str


class JobEvent(Record):
    """One entry of a job's append-only history."""

    seq: int
    at: float
    job_id: str
    kind: str
    """``status``, ``instance``, ``note``, ``sizes``, ``submitted``, ``first-batches``, ``epoch``,
    ``attempt``, ``cancel-requested``, ``verdict``, ``imported`` or ``recording-deleted``."""
    data: dict[str, str | int | float | dict[str, float | None] | None]


class Epoch(Record):
    """One ended epoch of a job."""

    epoch: int
    """From 1."""
    metrics: dict[str, float | None]
    weights_hash: str | None
    """The digest of all weights after the epoch; only for recorded jobs and replays."""
    ended_at: float


class EpochPage(Record):
    """A page of a job's ended epochs, in order."""

    epochs: list[Epoch]
    more: bool


class JobPage(Record):
    """A page of the list of jobs."""

    jobs: list[Job]
    total: int
    """How many jobs match the filter and the search, on all pages."""
    next_cursor: str | None
    """Gets the next page; ``None`` on the last one."""
    seq: int
    """The number of the store's last event when this was read; request ``changes`` after it."""
    now: float


class Changes(Record):
    """The jobs and instances that changed after a ``seq``, each once, as they are now."""

    seq: int
    """Request changes after this number next time."""
    jobs: list[Job]
    instances: list[Instance]
    deleted: list[str]
    """The ids of jobs that were deleted."""
    more: bool
    """True if there are more changes; request them at once."""
    now: float


class InstanceList(Record):
    """The instances that are not closed."""

    instances: list[Instance]
    now: float


class EventPage(Record):
    """A page of a job's history."""

    events: list[JobEvent]
    more: bool


class LogChunk(Record):
    """A part of a job's log."""

    text: str
    offset: int
    """Where ``text`` begins, in bytes."""
    next_offset: int
    """Where the next part begins, in bytes."""
    size: int
    """The current size of the log, in bytes."""
    ended: bool
    """True when the job has ended, so that nothing will be added to the log."""


class LogLine(Record):
    """A line of a log as a terminal would finally show it."""

    text: str
    """The text, with colours as SGR escape sequences, even if they began on an earlier line."""
    omitted: int
    """How many bytes at the end of an overlong line are left out."""


class LogLines(Record):
    """Consecutive lines of a log."""

    lines: list[LogLine]
    """The lines, in order; fewer than requested if they are long."""
    first: int
    """The number of the first line in ``lines``, from 0."""
    total: int
    """How many lines the log has now."""
    size: int
    """The current size of the log, in bytes."""
    indexed: int
    """How many bytes ``total`` covers; less than ``size`` until a large log is fully indexed."""
    ended: bool
    """True when the job has ended, so that nothing will be added to the log."""


class LogHits(Record):
    """Where a text occurs in a log."""

    lines: list[int]
    """For every hit, the number of its line, in order."""
    next_line: int
    """The line at which to continue the search."""
    done: bool
    """True if the search has reached the current end of the log."""


class Machine(Record):
    """A machine that jobs can request."""

    machine_id: str
    engine: str
    market: Market
    cpus: int
    memory_bytes: int | None
    """How much memory an instance requests; ``None`` requests no particular amount."""
    gpus: int
    labels: dict[str, str]
    """The labels that a node must have."""
    price_per_hour: float | None
    """As written in machines.toml; the user decides which currency it is in."""
    capacity: int | None
    """The most instances of it at the same time; ``None`` leaves the limit to the engine."""
    instances: int
    """How many instances of it are not closed."""
    free: int | None
    """How many more instances of it could start right now; ``None`` when not known."""
    problem: str | None
    """Why the machine cannot be used now, and what to do."""
    requests: int
    """How many of the user's latest requests ``availability`` and ``usual_wait_s`` are based on."""
    availability: float | None
    """The fraction of requests granted in time, from 0 to 1; ``None`` without requests."""
    usual_wait_s: float | None
    """The median wait of the granted requests, in seconds; ``None`` if none was granted."""


class MachineList(Record):
    """The machines that jobs can request."""

    machines: list[Machine]
    problem: str | None
    """What is wrong with machines.toml; then only machines that do not depend on it are listed."""
    now: float


class Difference(Record):
    """A fact of the environment that differs from the recorded one."""

    name: str
    recorded: str | None
    current: str | None


class Environment(Record):
    """The environment in which a recorded job ran."""

    interpreter: str
    """The path of the Python interpreter."""
    python: str
    """The version of Python."""
    backend: str
    packages: dict[str, str]
    """The versions of the installed packages."""
    platform: str
    cpu: str
    """The model of the processor."""
    cpus: int
    """How many processors the process may use."""
    threads: dict[str, str]
    """The environment variables that set numbers of threads."""
    gpus: list[str]


class RecordedPart(Record):
    """A stored part of a recorded job."""

    name: str
    """Its role in the call: ``model``, ``code``, ``train_X``, ``validation_data[0]``, ..."""
    size_bytes: int
    dtype: str | None
    """The data type of an array; ``None`` for other parts."""
    shape: list[int] | None
    """The shape of an array; ``None`` for other parts."""


class Recording(Record):
    """What is stored of a recorded job, and whether and how it can be replayed here."""

    job_id: str
    description: str
    status: JobStatus
    created_at: float
    size_bytes: int
    parts: list[RecordedPart]
    parameters: int
    """How many parameters the model has."""
    epochs: int
    batch_size: int
    seed: int | None
    fit_arguments: list[str]
    """The names of further arguments of ``fit``."""
    custom_code: bool
    """True if it holds code of the user's, such as layers, functions or callbacks."""
    foreign: bool
    """True if it was imported from a report. Custom code in it only runs if the user trusts it."""
    trusted: bool
    """True if its code may run: it is the user's own, or the user has said to trust it."""
    environment: Environment
    interpreter: str | None
    """The interpreter that a replay would use here; ``None`` if none here can run it."""
    differences: list[Difference]
    """How the environment of a replay here differs from the recorded one."""
    problem: str | None
    """Why it cannot be replayed here, and what to do."""
    start_epochs: list[int]
    """The epochs (from 1) after which a replay can begin, instead of at the start."""
    no_start_epochs: str | None
    """Why ``start_epochs`` is empty."""


class Verdict(Record):
    """Whether a replay reproduced its recorded job, and the evidence."""

    job_id: str
    replay_of: str
    verdict: VerdictName
    sentence: str
    """The verdict in one plain sentence."""
    epoch: int | None
    """The first epoch (from 1) that differs."""
    metric: str | None
    """The metric that differs there."""
    recorded: float | None
    """Its value in the recorded job."""
    replayed: float | None
    """Its value in the replay."""
    weights_epoch: int | None
    """The first epoch (from 1) after which the weights differ."""
    differences: list[Difference]
    from_epoch: int = 0
    """The replay began after this epoch; earlier epochs were not compared."""


class ReplayRequest(Record, forbid_unknown_fields=True):
    """A request to replay a job. Folders are paths of the Contents API; ``null`` saves nothing."""

    description: str = ""
    directory_to_save_ckpt: str | None = ""
    directory_to_save_log: str | None = ""
    wait_request_s: float = 10000
    from_epoch: int = 0
    """Begin after this epoch of the recorded job; 0 begins at the start."""
    trust: bool = False
    """Allow the code of a foreign recording to run."""


class SavedFolders(Record):
    """The folders a job saves its files in, as paths of the Contents API.

    ``null`` if the job does not save such files, or saves them outside the server's root.
    """

    checkpoints: str | None
    log: str | None


class ReportRequest(Record, forbid_unknown_fields=True):
    """A request to write a report."""

    directory: str = ""
    """The folder that gets the report, as a path of the Contents API."""


class ReportFile(Record):
    """A report that was written."""

    path: str
    """The report's path in the Contents API."""
    size_bytes: int


class ImportRequest(Record, forbid_unknown_fields=True):
    """A request to import a report from a file in the server's root folder."""

    path: str
    """The report's path in the Contents API."""


class TensorBoardPage(Record):
    """A running TensorBoard that shows a job's logs."""

    path: str
    """The path under the server's base URL."""


class ExtendRequest(Record, forbid_unknown_fields=True):
    """A request to keep a cooling instance for longer."""

    seconds: float
    """How much longer: more than 0, and at most a week."""


class ErrorBody(Record):
    """The answer to every request that fails."""

    message: str
    """What was wrong and what to do, in plain words."""
    code: str
    """The name of the error's class."""
    field: str | None
    """The field of the request that was wrong, if it was one."""


class ChangeHint(Record):
    """The message that is pushed to browsers when jobs or instances have changed."""

    seq: int
    """The number of the last change."""


class ServerInfo(Record):
    """Information about AIbro's server extension."""

    version: str
    """The version of the package."""
    api: int
    """The server's ``API_VERSION``. The browser only works with a server of the same version."""
    seq: int
    """The number of the store's last event."""
    root_dir: str
    """The server's root folder, to show to users; the browser does not use it as a path."""
