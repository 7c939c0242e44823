"""What runner and worker say to each other, and the frames they say it in.

A frame is four bytes of length (big-endian) and a MessagePack document. The first frame of a
connection is the instance's key; nothing is read from a connection that does not begin with it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Any

import msgspec

from aibro.models import Environment, PeriodName, ReasonKind
from aibro.trainings.events import BatchEnded, EndedEpoch, Failure, TrainingEvent

MAX_FRAME = 64 * 1024 * 1024
KEY_BYTES = 32
_LENGTH = struct.Struct(">I")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Base of all messages."""


# --- commands, runner → worker ------------------------------------------------------------------


class SetUp(Message, frozen=True):
    """A job begins: where it works and where what it prints goes."""

    job_id: str
    working_directory: str
    log: str


class GearUp(Message, frozen=True):
    """Import the framework and make its devices ready, unless that is done."""

    kind: str
    """Of training; see `aibro.trainings`. A worker stays with its first."""
    backend: str
    deterministic: bool


class Train(Message, frozen=True):
    """Load, fit, and leave the result in a folder."""

    plan: bytes
    """A `TrainingPlan` as JSON."""
    payloads: str
    result: str


class HandOver(Message, frozen=True):
    """Another runner will connect; wait for it."""


class Close(Message, frozen=True):
    """End now."""


Command = SetUp | GearUp | Train | HandOver | Close


# --- events, worker → runner --------------------------------------------------------------------


class Connected(Message, frozen=True):
    """The first answer over a connection."""

    pid: int


class Ready(Message, frozen=True):
    """Commands are taken."""


class Began(Message, frozen=True):
    """A period is open; what ends it says how long it took."""

    period: PeriodName
    at: float


class Geared(Message, frozen=True):
    """The framework is up; ``reused`` when it already was, which takes no time."""

    start: float
    end: float
    reused: bool
    facts: Environment


class Loaded(Message, frozen=True):
    """Model and data are in memory."""

    start: float
    end: float


class FitBegan(Message, frozen=True):
    """The training begins."""

    at: float


class FitEnded(Message, frozen=True):
    """The training is over."""

    start: float
    end: float
    issue: Failure | None
    """What was wrong though it ended by itself; that has no traceback."""


class ResultReady(Message, frozen=True):
    """The result can be fetched."""

    start: float
    end: float


class Failed(Message, frozen=True):
    """The work went wrong; the worker itself is well and can take the next job."""

    kind: ReasonKind
    reason: str
    """One line."""
    traceback: str
    failure: Failure


Event = (
    Connected
    | Ready
    | Began
    | Geared
    | Loaded
    | FitBegan
    | BatchEnded
    | EndedEpoch
    | FitEnded
    | ResultReady
    | Failed
)


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
        """Wait for one frame of ``limit`` bytes at most.

        Raises:
            EOFError: the other end is gone, or sent what is no frame.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > limit:
            raise EOFError("a frame that is too long")
        return self._exactly(length)

    def close(self) -> None:
        """Close; a blocked `receive_bytes` of this end ends with EOFError."""
        with contextlib.suppress(OSError):  # It was not connected any more.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def send(self, message: Message | TrainingEvent) -> None:
        """Send one message; raises as `send_bytes`."""
        self.send_bytes(msgspec.msgpack.encode(message))

    def receive_event(self) -> Event:
        """Wait for an event; raises as `receive_bytes`."""
        event: Event = self.receive(Event)
        return event

    def receive(self, kind: Any) -> Any:
        """Wait for a message of one of these types; raises as `receive_bytes`."""
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
