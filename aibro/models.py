"""The wire: every word and record that kernel, runner, server and browser exchange.

This module is the one source of the types. The browser's are generated from it
(``src/api/_models.ts``), the OpenAPI document quotes it, the store keeps it.

Times are seconds since the Unix epoch (UTC) as floats, durations are seconds.
A metric that is not a finite number travels as ``null`` in JSON, which has no word for it.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

TIMELINE_MIME = "application/vnd.aibro.timeline.v1+json"
JOB_MIME = "application/vnd.aibro.job.v1+json"
CHANGES_SCHEMA = "https://events.jupyter.org/aibro/changes/v1"
"""Names the events that carry a `ChangeHint`; also in ``server/events.yaml``."""

API_VERSION = 2
"""Of what server and browser exchange; grows when one of before can no longer read it right."""


class Word(StrEnum):
    """A fixed word of the product; prints as itself, also inside a record."""

    def __repr__(self) -> str:
        return repr(self.value)


class JobStatus(Word):
    """Where a job stands."""

    QUEUING = "QUEUING"
    TRAINING = "TRAINING"
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"


class JobSubstatus(Word):
    """What it does there."""

    REQUESTING_SERVER = "REQUESTING SERVER"
    CONNECTING_SERVER = "CONNECTING SERVER"
    SENDING = "SENDING MODEL & DATA"
    GEARING_ENV = "GEARING ENV"
    TRAINING = "TRAINING"
    RETURNING = "RETURNING"
    CANCELED = "CANCELED"
    COMPLETED = "COMPLETED"


class InstanceStatus(Word):
    """Where an instance stands."""

    LAUNCHING = "LAUNCHING"
    EXECUTING = "EXECUTING"
    COOLING = "COOLING"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


class InstanceSubstatus(Word):
    """What it does there; nothing to add while it launches or executes."""

    NONE = ""
    COOLING = "COOLING"
    STOPPING = "STOPPING"
    TERMINATING = "TERMINATING"
    STOPPED = "STOPPED"
    TERMINATED = "TERMINATED"


class Market(Word):
    """How an instance is had: cheap and revocable, or kept for you."""

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
    """Why a job was CANCELED, for colour and filter; ``Job.reason`` says it in words."""

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
    """Whether a replay came out as the recorded job did."""

    IDENTICAL = "IDENTICAL"
    WITHIN_TOLERANCE = "WITHIN_TOLERANCE"
    DIVERGED = "DIVERGED"
    ISSUE_REPRODUCED = "ISSUE_REPRODUCED"
    ISSUE_NOT_REPRODUCED = "ISSUE_NOT_REPRODUCED"
    NOT_COMPARABLE = "NOT_COMPARABLE"


class JobFilter(Word):
    """What a list of jobs shows."""

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
    """How a search in a log takes capitals."""

    IGNORE = "ignore"
    MATCH = "match"


class ChartType(Word):
    """How a timeline is drawn."""

    FUNNEL = "funnel"
    PIE = "pie"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything on the wire: immutable, by name."""


class Job(Record):
    """One job as everybody sees it."""

    job_id: str
    seq: int
    """Number of the last event that touched this row."""
    description: str
    status: JobStatus
    substatus: JobSubstatus
    note: str
    """What the job waits for or does now, in plain words; empty when the status says it all."""
    reason: str | None
    """Why it was CANCELED, never empty then; ``None`` otherwise."""
    reason_kind: ReasonKind | None
    traceback: str | None
    """The remote traceback when training raised; lists leave it out."""
    machine_id: str | None
    instance_id: str | None
    attempt: int
    """1 at first, and one more for each instance whose machine was taken away meanwhile."""
    epoch: int
    """Epochs ended so far."""
    epochs: int
    batch: int
    """Batches ended in the running epoch."""
    batches: int | None
    """Batches of an epoch, when known."""
    metrics: dict[str, float | None]
    """The latest of each metric, told by a batch or by the end of an epoch."""
    recorded: bool
    foreign: bool
    """It came in a report: somebody else recorded it, or this user on another machine."""
    replay_of: str | None
    from_epoch: int
    """A replay began after this epoch of the recorded job; 0 is its start."""
    verdict: VerdictName | None
    cancel_requested: bool
    needs_kernel: bool
    """True until model and data are stored: until then the job ends with its kernel."""
    created_at: float
    ended_at: float | None


class Instance(Record):
    """One instance as everybody sees it."""

    instance_id: str
    seq: int
    machine_id: str
    market: Market
    status: InstanceStatus
    substatus: InstanceSubstatus
    job_id: str | None
    """The job it works for, or the last one it worked for."""
    description: str
    """That job's description."""
    deterministic: bool
    """That job is recorded or a replay: only another such job can take the instance over warm."""
    cool_down_period_s: float
    cooling_until: float | None
    created_at: float
    closed_at: float | None


class Period(Record):
    """One measured stretch of a job."""

    name: PeriodName
    start: float
    end: float | None
    """``None`` while the period is open."""
    attempt: int = 1
    """Of which attempt; see `Job`."""


class Timeline(Record):
    """What ``plot_timeline`` puts into a notebook; at most 4 kB as JSON."""

    job_id: str
    description: str
    status: JobStatus
    substatus: JobSubstatus
    reason: str | None
    char_type: ChartType
    created_at: float
    ended_at: float | None
    as_of: float
    """The store's clock when this was read: open periods end here."""
    periods: list[Period]
    reason_kind: ReasonKind | None = None
    """Why it was CANCELED, for the colour of ``reason``."""
    advice: str | None = None
    """One sentence on how the next such job saves time, with what was measured; mostly none."""


class TimelineBundle(Record):
    """A timeline in every form its output in a notebook has; at most 8 kB in all."""

    timeline: Timeline
    """The snapshot, its description and reason cut to what fits."""
    html: str
    text: str


class TimelineDiff(Record):
    """Two jobs' timelines side by side, in an output of the same type; at most 4 kB as JSON."""

    first: Timeline
    second: Timeline
    sentence: str
    """What the second job saved, or took more, and where."""


class TimelineDiffBundle(Record):
    """Two timelines in every form their output in a notebook has; at most 8 kB in all."""

    diff: TimelineDiff
    html: str
    text: str


class JobCard(Record):
    """What ``online_fit`` and ``Job.show`` put into a notebook; at most 4 kB as JSON."""

    job: Job
    """Its texts and metrics cut to what fits, without the traceback."""
    reached: JobSubstatus
    """How far it came: its substatus, or the last one before it was CANCELED."""
    metric: str | None
    """What ``values`` are of."""
    values: list[float | None]
    """That metric after some of the ended epochs, in order, the last one included; at most 50,
    rounded: for a sparkline."""
    model_bytes: int | None
    data_bytes: int | None
    """How large model and data are, when known."""
    expected_s: float | None
    """Seconds that storing and sending the data takes, by what earlier jobs took on that machine;
    only where it is worth a word."""
    left_s: float | None
    """Seconds of training left, at the pace so far; ``None`` when it does not train or the pace is
    not known yet."""
    as_of: float
    """The store's clock when this was read."""


class JobCardBundle(Record):
    """A job's card in every form its output in a notebook has; at most 8 kB in all."""

    card: JobCard
    html: str
    text: str


class JobEvent(Record):
    """One line of a job's append-only history."""

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
    """Digest of every weight after it; only of recorded jobs and replays."""
    ended_at: float


class EpochPage(Record):
    """A part of a job's ended epochs, in order."""

    epochs: list[Epoch]
    more: bool


class JobPage(Record):
    """A part of the list of jobs."""

    jobs: list[Job]
    total: int
    """How many jobs the filter and the search match in all."""
    next_cursor: str | None
    seq: int
    """The store's last event when this page was read: ask ``changes`` from here."""
    now: float


class Changes(Record):
    """The rows touched after a ``seq``, each once, as they are now."""

    seq: int
    """Ask from here next time."""
    jobs: list[Job]
    instances: list[Instance]
    deleted: list[str]
    """Ids of jobs that were deleted."""
    more: bool
    """True when the answer was cut: ask again at once."""
    now: float


class InstanceList(Record):
    """The instances that are not closed."""

    instances: list[Instance]
    now: float


class EventPage(Record):
    """A part of a job's history."""

    events: list[JobEvent]
    more: bool


class LogChunk(Record):
    """A part of what a training printed."""

    text: str
    offset: int
    """Where ``text`` begins, in bytes."""
    next_offset: int
    size: int
    """Bytes of the log now."""
    ended: bool
    """True when the job is over and nothing will be added."""


class LogLine(Record):
    """A line as a terminal would have it on screen in the end."""

    text: str
    """With its colours as SGR sequences, those begun in earlier lines included."""
    omitted: int
    """Bytes at the end of an overlong line that are left out."""


class LogLines(Record):
    """Lines of a log, by number."""

    lines: list[LogLine]
    """In order; fewer than asked for when they are long."""
    first: int
    """The number of the first, from 0."""
    total: int
    """Lines of the log now."""
    size: int
    """Bytes of the log now."""
    indexed: int
    """Bytes that ``total`` is about; below ``size`` until a large log has been looked through."""
    ended: bool
    """True when the job is over and nothing will be added."""


class LogHits(Record):
    """Where a text is in a log."""

    lines: list[int]
    """The number of the line of every hit, in order."""
    next_line: int
    """Go on from here."""
    done: bool
    """True when that is the end of the log as it is now."""


class Machine(Record):
    """A kind of machine that jobs can ask for."""

    machine_id: str
    engine: str
    market: Market
    cpus: int
    memory_bytes: int | None
    """``None`` where nobody said how much it needs."""
    gpus: int
    labels: dict[str, str]
    """What a node has to be labelled with."""
    price_per_hour: float | None
    """As machines.toml has it, in the currency of whoever wrote it."""
    capacity: int | None
    """The most instances of it at a time; ``None`` leaves that to its engine."""
    instances: int
    """Instances of it that are not closed."""
    free: int | None
    """How many more of them could start right now; ``None`` when that is not known."""
    problem: str | None
    """Why none can be had now, and what to do."""
    requests: int
    """The user's own latest requests that the next two are of."""
    availability: float | None
    """Part of them that was granted in time, from 0 to 1; ``None`` without any."""
    usual_wait_s: float | None
    """Seconds after which the middle one of those granted was."""


class MachineList(Record):
    """The machines that jobs can ask for."""

    machines: list[Machine]
    problem: str | None
    """What is wrong with machines.toml; only what does not depend on it is listed then."""
    now: float


class Difference(Record):
    """One fact of the environment that was not the same."""

    name: str
    recorded: str | None
    current: str | None


class Environment(Record):
    """Where a recorded job ran."""

    interpreter: str
    python: str
    backend: str
    packages: dict[str, str]
    platform: str
    cpu: str
    cpus: int
    threads: dict[str, str]
    gpus: list[str]


class RecordedPart(Record):
    """One thing that is kept of a recorded job."""

    name: str
    """What it was in the call: ``model``, ``code``, ``train_X``, ``validation_data[0]``, ..."""
    size_bytes: int
    dtype: str | None
    """Of an array."""
    shape: list[int] | None


class Recording(Record):
    """What is kept of a recorded job, and what a replay of it would be here and now."""

    job_id: str
    description: str
    status: JobStatus
    created_at: float
    size_bytes: int
    parts: list[RecordedPart]
    parameters: int
    """Of the model."""
    epochs: int
    batch_size: int
    seed: int | None
    fit_arguments: list[str]
    """Names of the further arguments of ``fit``."""
    custom_code: bool
    """It holds code of the user's: layers, functions, callbacks."""
    foreign: bool
    """It came in a report; with custom code it runs only for those who trust it."""
    trusted: bool
    environment: Environment
    interpreter: str | None
    """What a replay would run with here and now; ``None`` when nothing here can run it."""
    differences: list[Difference]
    """What differs there from where it was recorded."""
    problem: str | None
    """Why it cannot be replayed here, and what to do."""
    start_epochs: list[int]
    """Epochs (from 1) after which a replay can begin instead of at the start."""
    no_start_epochs: str | None
    """Why there are none."""


class Verdict(Record):
    """Whether a replay reproduced its recorded job, and the evidence."""

    job_id: str
    replay_of: str
    verdict: VerdictName
    sentence: str
    """The verdict in one plain sentence."""
    epoch: int | None
    """First epoch (from 1) that differs."""
    metric: str | None
    recorded: float | None
    replayed: float | None
    weights_epoch: int | None
    """First epoch (from 1) after which the weights differ."""
    differences: list[Difference]
    from_epoch: int = 0
    """The replay began after this epoch; what came before was not compared."""


class ReplayRequest(Record, forbid_unknown_fields=True):
    """Body of a replay; folders are paths of the Contents API, ``null`` saves nothing."""

    description: str = ""
    directory_to_save_ckpt: str | None = ""
    directory_to_save_log: str | None = ""
    wait_request_s: float = 10000
    from_epoch: int = 0
    """Begin after this epoch of the recorded job; 0 is its start."""
    trust: bool = False
    """Let the code of a foreign recording run."""


class SavedFolders(Record):
    """Where a job's files go: paths of the Contents API, ``null`` where nothing can be shown.

    That is when the job saves no such files, or saves them outside the server's root.
    """

    checkpoints: str | None
    log: str | None


class ReportRequest(Record, forbid_unknown_fields=True):
    """Body of writing a report."""

    directory: str = ""
    """Gets the file: a path of the Contents API."""


class ReportFile(Record):
    """A report that was written."""

    path: str
    """Of the Contents API."""
    size_bytes: int


class ImportRequest(Record, forbid_unknown_fields=True):
    """Body of bringing a report in that lies under the server's root."""

    path: str
    """Of the Contents API."""


class TensorBoardPage(Record):
    """A running TensorBoard that shows a job's logs."""

    path: str
    """Under the server's base URL."""


class ExtendRequest(Record, forbid_unknown_fields=True):
    """Body of holding a cooling instance longer."""

    seconds: float


class ErrorBody(Record):
    """What every failed request answers."""

    message: str
    """What was wrong and what to do, in plain words."""
    code: str
    """The error's class name."""
    field: str | None
    """The entry that was wrong, when it was one."""


class ChangeHint(Record):
    """The push message: something changed, up to ``seq``."""

    seq: int


class ServerInfo(Record):
    """About AIbro's part of a server."""

    version: str
    """The package's."""
    api: int
    """The server's ``API_VERSION``: the browser works with one of its own version only."""
    seq: int
    root_dir: str
    """The server's root folder, shown to people; never used as a path by the browser."""
