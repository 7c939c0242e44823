"""The messages between runner and worker, and the frames that carry them.

A frame is a length of four bytes (big-endian), followed by a MessagePack document. The first frame
of a connection is the instance's key. A connection that does not begin with it is closed unread.

Times are seconds since the Unix epoch.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Any

import msgspec

from aibro.models import Environment, PeriodName, ReasonKind
from aibro.trainings.events import BatchEnded, EndedEpoch, Failure, Output, TrainingEvent

MAX_FRAME = 64 * 1024 * 1024
KEY_BYTES = 32
_LENGTH = struct.Struct(">I")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all messages."""


# --- commands, runner → worker ------------------------------------------------------------------


class SetUp(Message, frozen=True):
    """Begin a job: change to its working directory and print to its log."""

    job_id: str
    working_directory: str
    log: str
    """Path of the file that gets everything the job prints."""


class GearUp(Message, frozen=True):
    """Import the framework and initialize its devices, unless that is already done."""

    kind: str
    """The kind of training; see `aibro.trainings`. It is the same for all jobs of a worker."""
    backend: str
    deterministic: bool


class Train(Message, frozen=True):
    """Load a training, run it, and save the result in a folder."""

    plan: bytes
    """A `TrainingPlan` as JSON."""
    payloads: str
    """The folder that holds the payloads."""
    result: str
    """The folder that gets the result."""


class HandOver(Message, frozen=True):
    """End this connection and wait for another runner to connect."""


class Close(Message, frozen=True):
    """End the worker's process now."""


Command = SetUp | GearUp | Train | HandOver | Close


# --- events, worker → runner --------------------------------------------------------------------


class Connected(Message, frozen=True):
    """The first message on a connection: the key was right."""

    pid: int
    """The worker's process id."""


class Ready(Message, frozen=True):
    """The job is set up; further commands can be sent."""


class Began(Message, frozen=True):
    """A period has begun. The event that ends it carries both times."""

    period: PeriodName
    at: float


class Geared(Message, frozen=True):
    """The framework is ready."""

    start: float
    end: float
    reused: bool
    """True when it was ready before this job, which took no time."""
    facts: Environment
    """The environment of the worker's process, for a recording."""


class Loaded(Message, frozen=True):
    """Model and data are in memory."""

    start: float
    end: float


class FitBegan(Message, frozen=True):
    """``fit`` begins."""

    at: float


class Shown(Message, frozen=True):
    """The user's code has printed or displayed something."""

    outputs: list[Output]


class FitEnded(Message, frozen=True):
    """``fit`` has returned."""

    start: float
    end: float
    issue: Failure | None
    """Set when a callback stopped the training because something was wrong, such as a loss that is
    not a number. There is no traceback then."""


class ResultReady(Message, frozen=True):
    """The result is saved and can be fetched."""

    start: float
    end: float


class Failed(Message, frozen=True):
    """The job failed. The worker itself is fine and can take the next job."""

    kind: ReasonKind
    reason: str
    """What went wrong, in one line."""
    traceback: str
    failure: Failure
    error: bytes | None = None
    """What the training raised, pickled by its trainer."""
    saved: bool = False
    """What the training has changed until then is saved and can be fetched like a result."""


class Spoiled(Message, frozen=True):
    """The last job left something behind that cannot be undone; the worker takes no other job."""

    reason: str
    """What that is, as a clause."""


Event = (
    Connected
    | Ready
    | Began
    | Geared
    | Loaded
    | FitBegan
    | BatchEnded
    | EndedEpoch
    | Shown
    | FitEnded
    | ResultReady
    | Failed
    | Spoiled
)


def sendable(text: str) -> str:
    """The text with lone surrogates escaped, because UTF-8 cannot encode them."""
    return text.encode("utf-8", "backslashreplace").decode()


class Channel:
    """One end of a connection.

    Args:
        connection: a connected stream socket; the channel closes it.
    """

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._sending = threading.Lock()

    def send_bytes(self, data: bytes) -> None:
        """Send one frame.

        Raises:
            OSError: the other end is gone.
        """
        with self._sending:
            self._socket.sendall(_LENGTH.pack(len(data)) + data)

    def receive_bytes(self, limit: int = MAX_FRAME) -> bytes:
        """Wait for one frame.

        Args:
            limit: the most bytes that the frame may have.

        Raises:
            EOFError: the other end is gone, or sent a frame that is too long.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > limit:
            raise EOFError("a frame that is too long")
        return self._exactly(length)

    def close(self) -> None:
        """Close the connection; a `receive_bytes` that waits at this end raises EOFError."""
        with contextlib.suppress(OSError):  # The other end has disconnected already.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def send(self, message: Message | TrainingEvent) -> None:
        """Send one message.

        Raises:
            OSError: the other end is gone.
        """
        self.send_bytes(msgspec.msgpack.encode(message))

    def receive_event(self) -> Event:
        """Wait for an event.

        Raises:
            EOFError: the other end is gone, or sent something that is not an event.
        """
        event: Event = self.receive(Event)
        return event

    def receive(self, kind: Any) -> Any:
        """Wait for a message.

        Args:
            kind: the type of the message, or a union of types.

        Raises:
            EOFError: the other end is gone, or sent something that is not such a message.
        """
        try:
            return msgspec.msgpack.decode(self.receive_bytes(), type=kind)
        except msgspec.MsgspecError as error:
            raise EOFError(f"what came is no message: {error}") from error

    def _exactly(self, length: int) -> bytes:
        chunks = bytearray()
        while len(chunks) < length:
            try:
                chunk = self._socket.recv(min(length - len(chunks), 1 << 20))
            except OSError as error:
                raise EOFError(str(error)) from error
            if not chunk:
                raise EOFError("the connection was closed")
            chunks += chunk
        return bytes(chunks)
