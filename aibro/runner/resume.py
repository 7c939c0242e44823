"""What an attempt stores at home, from which the next one can go on.

Where a machine can be taken away, every attempt saves checkpoints with exact states into a folder
of the job's own, unless the user wants the checkpoints anyway.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from aibro.errors import BadInput
from aibro.store import Store
from aibro.trainings import training_kind
from aibro.trainings.plan import StartState, TrainingPlan

if TYPE_CHECKING:
    from aibro.trainings.base import TrainingKind

KEPT = 2
"""How many of the newest private checkpoints are kept: the last one may be damaged."""


class Resume:
    """Carries one job's training from attempt to attempt.

    Args:
        store: the store.
        job_id: the job.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id
        self._states = store.state_folder(job_id)
        self._start: StartState | None = None
        self._private: TrainingKind | None = None
        """The kind of training that leaves checkpoints and states only for another attempt."""
        self._newest: list[int] = []
        # A training without a seed cannot be resumed. This one is random, but the same in every
        # attempt.
        self._seed = secrets.randbelow(2**31)

    def plan(self, plan: TrainingPlan, *, exact: bool) -> TrainingPlan:
        """The user's plan, changed for this attempt.

        Args:
            exact: the machine can be taken away.
        """
        if self._start is not None:
            plan = msgspec.structs.replace(plan, start=self._start)
        if not exact:
            return plan
        if plan.seed is None:
            plan = msgspec.structs.replace(plan, seed=self._seed)
        self._private = None
        if plan.state_folder is not None:
            return plan
        self._private = training_kind(plan.kind)
        return msgspec.structs.replace(
            plan,
            paced=plan.checkpoint_folder is None,
            state_folder=str(self._states),
            checkpoint_folder=plan.checkpoint_folder or str(self._states),
        )

    def epoch_saved(self, epoch: int) -> None:
        """Delete older private checkpoints: those of an epoch that has just ended are at home."""
        kind = self._private
        if kind is None or not kind.state_file(self._states, epoch).exists():
            return
        self._newest.append(epoch)
        for older in self._newest[:-KEPT]:
            kind.checkpoint_file(self._states, older).unlink(missing_ok=True)
            kind.state_file(self._states, older).unlink(missing_ok=True)
        self._newest = self._newest[-KEPT:]

    def find(self, plan: TrainingPlan | None) -> int:
        """Find what the next attempt goes on from: the newest epoch whose files are undamaged.

        Args:
            plan: the user's; ``None`` when it is not stored yet.

        Returns:
            The epoch (from 1) after which it goes on; 0, or where a replay began, starts over.
        """
        self._forget()
        if plan is None:
            return 0
        kind = training_kind(plan.kind)
        began = plan.start.epoch if plan.start is not None else 0
        checkpoints = Path(plan.checkpoint_folder or self._states)
        # Imported late, as below: a runner starts sooner without it.
        from aibro.payloads.store import PayloadStore

        payloads = PayloadStore(self._store.payload_folder)
        for ended in reversed(self._store.jobs.epochs(self._job_id)):
            # After the last epoch nothing would be trained, and so nothing would be restored.
            if not began < ended.epoch < plan.epochs or ended.weights_hash is None:
                continue
            checkpoint = kind.checkpoint_file(checkpoints, ended.epoch)
            state = kind.state_file(self._states, ended.epoch)
            with contextlib.suppress(BadInput, FileNotFoundError):
                if not kind.is_whole(checkpoint) or kind.obstacle(state) is not None:
                    continue
                with payloads.in_use():
                    self._start = StartState(
                        epoch=ended.epoch,
                        checkpoint=payloads.add_copy(checkpoint),
                        state=payloads.add_copy(state),
                        weights_hash=ended.weights_hash,
                    )
                return ended.epoch
        return began

    def complete_history(self, result: Path, plan: TrainingPlan) -> None:
        """Put the epochs of earlier attempts before those of the last one."""
        if self._start is None:
            return
        began = plan.start.epoch if plan.start is not None else 0
        earlier = [
            row.metrics
            for row in self._store.jobs.epochs(self._job_id)
            if began < row.epoch <= self._start.epoch
        ]
        training_kind(plan.kind).complete_history(result, began, earlier)

    def clear(self) -> None:
        """The job has ended: delete what the user did not ask for."""
        self._forget()
        if self._private is not None:
            shutil.rmtree(self._states, ignore_errors=True)

    def _forget(self) -> None:
        if self._start is not None:
            from aibro.payloads.store import PayloadStore

            names = [self._start.checkpoint, self._start.state]
            PayloadStore(self._store.payload_folder).dismiss(names)
            self._start = None
