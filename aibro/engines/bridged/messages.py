"""What runner, bridge and agent say to each other besides what a worker says and is told.

Runner and bridge speak the worker's protocol (`aibro.worker.protocol`) and these messages. The
bridge calls the agent in the cluster's own way, and they hand over the records here.
"""

from __future__ import annotations

import msgspec

from aibro.machine_spec import MachineSpec
from aibro.worker import protocol
from aibro.worker.protocol import Message


class LaunchOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What an instance is started with on its node."""

    instance_id: str
    home_id: str
    """Whose cache it uses there."""
    cpus: int
    spot: bool
    """Nothing stays on the node afterwards."""
    interpreter: str
    """The kernel's; used where the node has it, too."""
    prepared: bool
    """The machine names its environment: the node's interpreter is used."""
    environment: dict[str, str | None]
    """For the worker; ``None`` takes a variable away."""


# --- runner → bridge ----------------------------------------------------------------------------


class Request(Message, frozen=True):
    """Ask for a machine; answered by ``Reached``, ``Waiting``, …, ``Granted`` or ``Refused``."""

    machine: MachineSpec
    order: LaunchOrder
    wait_for_capacity: bool
    """See `Launch.wait_for_capacity`."""
    avoid: list[str]
    """Nodes that were lost, by the cluster's names."""


class Start(Message, frozen=True):
    """Start the instance; answered by ``Connected`` or ``Refused``."""


class Send(Message, frozen=True):
    """Bring payloads to the node; answered by ``Sent`` or ``NotSent``."""

    payloads: str
    names: list[str]


class Fetch(Message, frozen=True):
    """Bring the result home; answered by ``Fetched`` or ``NotFetched``."""

    destination: str


BridgeCommand = protocol.Command | Request | Start | Send | Fetch


# --- bridge → runner ----------------------------------------------------------------------------


class Reached(Message, frozen=True):
    """The cluster is reached, or is waited for itself: from now on the user's wait counts."""


class Waiting(Message, frozen=True):
    """What the request waits for, in words."""

    state: str


class Granted(Message, frozen=True):
    """The machine is had."""

    start: float
    end: float


class Refused(Message, frozen=True):
    """The machine cannot be had, or nothing starts on it."""

    reason: str
    impossible: bool
    """It never can."""


class Sent(Message, frozen=True):
    """The payloads are on the node."""

    start: float
    end: float


class NotSent(Message, frozen=True):
    """The payloads cannot be brought to the node in the way that the machine names."""

    reason: str


class Fetched(Message, frozen=True):
    """The result is at home."""

    start: float
    end: float


class NotFetched(Message, frozen=True):
    """There is no room for it at home."""


class Lost(Message, frozen=True):
    """The instance is gone."""

    reason: str
    preempted: bool
    """Its machine is, or was taken away; else only its worker."""
    node: str
    """What the cluster calls its node."""


Answer = Reached | Waiting | Granted | Refused | Sent | NotSent | Fetched | NotFetched
BridgeEvent = protocol.Event | Answer | Lost


# --- agent → bridge -----------------------------------------------------------------------------


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """What is new on the node."""

    events: list[bytes]
    """Of the worker, encoded, in order."""
    log: bytes
    """What it printed since the last time."""
    drained_at: float | None
    """When the node will be taken away, if that was announced; infinity when not by when."""
    ended: str | None
    """How the worker ended."""


class FilePiece(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a file that the training left."""

    path: str
    """From the folder of the job's files on the node: ``checkpoints/epoch-0001.keras``."""
    offset: int
    data: bytes
    grows: bool
    """More may follow later: an event file. Else the file is whole with its ``last`` piece."""
    last: bool


JOB_FOLDERS = {
    "checkpoints": "checkpoint_folder",
    "logs": "log_folder",
    "states": "state_folder",
}
"""The folders of a job's files on its node, and what the plan calls each of them at home."""
