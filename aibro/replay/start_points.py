"""Beginning a replay in the middle: which epochs it can begin after, and what it begins with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from aibro.errors import BadInput, CannotReplay
from aibro.models import JobStatus
from aibro.payloads.folders import checkpoint_folder
from aibro.payloads.store import PayloadStore
from aibro.replay.recorded import Recorded
from aibro.store import Store
from aibro.trainings import training_kind
from aibro.trainings.events import EndedEpoch
from aibro.trainings.plan import StartState

FIELD = "from_epoch"
_SHOWN = 10


class StartPoints(NamedTuple):
    """The epochs (from 1) that a replay can begin after, besides the start."""

    epochs: list[int]
    why_none: str | None
    """Why there are none."""


def start_points(store: Store, recorded: Recorded) -> StartPoints:
    """The ended epochs with a checkpoint and a state, after which something is left to compare."""
    ended = _ended(store, recorded)
    why_not = {row.epoch: _why_not(store, recorded, row) for row in ended}
    epochs = [epoch for epoch, reason in why_not.items() if reason is None]
    if epochs:
        return StartPoints(epochs, None)
    if recorded.job.foreign or recorded.submission.directory_to_save_ckpt is None:
        return StartPoints([], _why_no_states(recorded, ended))
    reasons = [why_not[e] for e in why_not if _files(store, recorded, e)[1].is_file()]
    return StartPoints([], reasons[0] if reasons else _why_no_states(recorded, ended))


def store_start(
    store: Store, payloads: PayloadStore, recorded: Recorded, epoch: int
) -> StartState | None:
    """Store what a replay begins with after an epoch of the recorded job.

    Args:
        payloads: in use, so that what is stored stays until a job names it.
        epoch: from 1; 0 is the recorded job's own start.

    Raises:
        BadInput: there is no such epoch to begin after.
        CannotReplay: its checkpoint or state is gone, or it cannot be continued; says from which
            epochs a replay can begin.
        DiskFull: no space is left.
    """
    own = recorded.plan.start
    if epoch == 0 or (own is not None and epoch == own.epoch):
        return own
    _check_epoch(recorded, epoch)
    ended = next((row for row in _ended(store, recorded) if row.epoch == epoch), None)
    why_not = (
        "no epoch that has ended comes later" if ended is None else _why_not(store, recorded, ended)
    )
    if ended is None or why_not is not None:
        points = start_points(store, recorded)
        if not points.epochs:
            why_not = points.why_none
        raise CannotReplay(
            f"A replay of job {recorded.job.job_id} cannot begin after epoch {epoch}: "
            f"{str(why_not).rstrip('.')}. {_instead(points)}"
        )
    checkpoint, state = _files(store, recorded, epoch)
    return StartState(
        epoch=epoch,
        checkpoint=_store_copy(payloads, checkpoint),
        state=_store_copy(payloads, state),
        weights_hash=str(ended.weights_hash),
    )


def _check_epoch(recorded: Recorded, epoch: int) -> None:
    epochs = recorded.job.epochs
    if epoch >= epochs:
        raise BadInput(
            f"{FIELD} must be from 0, which is the start, to {epochs - 1}, not {epoch}: "
            f"job {recorded.job.job_id} trains {epochs} epochs.",
            FIELD,
        )


def _ended(store: Store, recorded: Recorded) -> list[EndedEpoch]:
    """The ended epochs after which a replay has something left to compare."""
    ended = store.jobs.epochs(recorded.job.job_id)
    # After the last epoch of a failed job that is its failure; a completed job has nothing more.
    return ended[:-1] if recorded.job.status is JobStatus.COMPLETED else ended


def _files(store: Store, recorded: Recorded, epoch: int) -> tuple[Path, Path]:
    job_id = recorded.job.job_id
    folder = checkpoint_folder(recorded.submission.directory_to_save_ckpt, job_id)
    states = store.state_folder(job_id)
    kind = training_kind(recorded.plan.kind)
    return kind.checkpoint_file(Path(folder or states), epoch), kind.state_file(states, epoch)


def _why_no_states(recorded: Recorded, ended: list[EndedEpoch]) -> str:
    if recorded.job.foreign:
        return "A report does not bring the checkpoints along."
    directory = recorded.submission.directory_to_save_ckpt
    if directory is None:
        return (
            "The recorded job saved no checkpoints. Record it with directory_to_save_ckpt='.' to "
            "be able to begin in the middle."
        )
    if not ended:
        return "The recorded job has no epoch before its last one."
    if recorded.plan.state_folder is None:
        return "It was recorded by a version of AIbro that did not keep what that needs."
    return "What its checkpoints leave out was not kept, or is gone."


def _why_not(store: Store, recorded: Recorded, ended: EndedEpoch) -> str | None:
    """Why a replay cannot begin after an epoch that has ended; ``None`` when it can."""
    checkpoint, state = _files(store, recorded, ended.epoch)
    for path in (checkpoint, state):
        if not path.is_file():
            return f"{path} is not there; put it back to begin there"
    if ended.weights_hash is None:
        return "Its weights were not recorded."
    try:
        return training_kind(recorded.plan.kind).obstacle(state)
    except BadInput as error:
        return error.message


def _instead(points: StartPoints) -> str:
    if not points.epochs:
        return "Begin at the start (from_epoch=0)."
    shown = ", ".join(str(epoch) for epoch in points.epochs[-_SHOWN:])
    earlier = "..., " if len(points.epochs) > _SHOWN else ""
    return f"It can begin at the start (from_epoch=0) or after epoch {earlier}{shown}."


def _store_copy(payloads: PayloadStore, path: Path) -> str:
    try:
        return payloads.add_copy(path)
    except FileNotFoundError as error:
        raise CannotReplay(f"{path} is gone. Begin at another epoch.") from error
