"""What a training reports while it runs, and how a failure is described."""

from __future__ import annotations

import msgspec

from aibro.models import Record


class BatchEnded(Record, frozen=True, tag=True):
    """Batches of the running epoch have ended. Reported at most ten times a second."""

    epoch: int
    """From 1."""
    batch: int
    """How many batches of this epoch have ended."""
    batches: int | None
    """How many batches an epoch has, when known."""
    metrics: dict[str, float]


class EndedEpoch(Record, frozen=True, tag=True):
    """An epoch has ended, and its checkpoint, state and logs are written."""

    epoch: int
    """From 1."""
    metrics: dict[str, float]
    """The exact values that were computed. A metric that has several values is split into
    ``name[0]``, ``name[1]`` and so on."""
    weights_hash: str | None
    """Digest of the weights and of the optimizer's state, when requested."""
    at: float = 0.0
    """When it was reported, in seconds since the Unix epoch; set by the worker's session."""


TrainingEvent = BatchEnded | EndedEpoch


class Failure(Record, frozen=True):
    """What stopped a training. A replay reproduces the issue if it fails in the same way."""

    exception: str
    """The exception's class. ``InstanceLost`` if the worker died; the name of the callback if a
    callback stopped the training without an exception."""
    message: str
    place: str
    """The innermost frame of the traceback, as ``function in file``; empty without a traceback."""
    epoch: int
    """The epoch (from 1) that was running; 0 before and after the training."""
    batch: int = 0
    """The batch (from 1) that was running; 0 when none was, or when it is not known."""


class Output(msgspec.Struct, frozen=True, array_like=True):
    """One output of the user's code."""

    kind: str
    """``stream``, ``display_data``, ``update_display_data`` and ``clear_output`` are Jupyter's
    messages of these names; ``log`` is a record of a logger, ``warning`` one of Python's."""
    name: str = ""
    """Of a stream: ``stdout`` or ``stderr``."""
    text: str = ""
    """What was written to the stream."""
    content: bytes = b""
    """What it consists of as JSON, when it is no stream."""
