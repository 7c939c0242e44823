"""What a training tells while it runs, and what is kept of that."""

from __future__ import annotations

from aibro.models import Record


class BatchEnded(Record, frozen=True, tag=True):
    """Batches of the running epoch have ended; told ten times a second at most."""

    epoch: int
    """From 1."""
    batch: int
    """Batches ended in this epoch."""
    batches: int | None
    """Batches of an epoch, when known."""
    metrics: dict[str, float]


class EndedEpoch(Record, frozen=True, tag=True):
    """An epoch has ended, its files are in their folders."""

    epoch: int
    """From 1."""
    metrics: dict[str, float]
    """Bit for bit what was computed; a metric of several values as ``name[0]`` and so on."""
    weights_hash: str | None
    """Digest of all weights and of what optimizes them, when asked for."""
    at: float = 0.0
    """When it was told, in seconds since 1970; the worker's session fills it in."""


TrainingEvent = BatchEnded | EndedEpoch


class Failure(Record, frozen=True):
    """What stopped a training: a replay has to repeat it to reproduce an issue."""

    exception: str
    """Its class; ``InstanceLost`` for a worker that died; the callback that ended a training which
    raised nothing."""
    message: str
    place: str
    """The deepest frame, as ``function in file``; empty when there is none."""
    epoch: int
    """The epoch (from 1) that was under way; 0 before and after the training."""
    batch: int = 0
    """The batch (from 1) that was under way; 0 when none was, or it is not known."""
