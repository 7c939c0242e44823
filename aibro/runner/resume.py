"""What an attempt stores at home, from which the next one can go on.

Where a machine can be taken away, every attempt saves checkpoints with exact states into a folder
of the job's own, unless the user wants the checkpoints anyway.
"""

from __future__ import annotations

import contextlib
import math
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from aibro.errors import BadInput
from aibro.payloads.folders import checkpoint_file
from aibro.store import Store
from aibro.worker.plan import StartState, TrainingPlan
from aibro.worker.states import read_state, state_file

KEPT = 2
"""How many of the newest private checkpoints are kept: the last one may be damaged."""
HISTORY_FILE = "history.msgpack"


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
        self._private = False
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
        self._private = plan.state_folder is None
        if not self._private:
            return plan
        return msgspec.structs.replace(
            plan,
            paced=plan.checkpoint_folder is None,
            state_folder=str(self._states),
            checkpoint_folder=plan.checkpoint_folder or str(self._states),
        )

    def epoch_saved(self, epoch: int) -> None:
        """Delete older private checkpoints: those of an epoch that has just ended are at home."""
        if not self._private or not state_file(self._states, epoch).exists():
            return
        self._newest.append(epoch)
        for older in self._newest[:-KEPT]:
            checkpoint_file(self._states, older).unlink(missing_ok=True)
            state_file(self._states, older).unlink(missing_ok=True)
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
        began = plan.start.epoch if plan.start is not None else 0
        checkpoints = Path(plan.checkpoint_folder or self._states)
        # Imported late, as below: a runner starts sooner without it.
        from aibro.payloads.store import PayloadStore

        payloads = PayloadStore(self._store.payload_folder)
        for ended in reversed(self._store.jobs.epochs(self._job_id)):
            # After the last epoch nothing would be trained, and so nothing would be restored.
            if not began < ended.epoch < plan.epochs or ended.weights_hash is None:
                continue
            checkpoint = checkpoint_file(checkpoints, ended.epoch)
            state = state_file(self._states, ended.epoch)
            with contextlib.suppress(BadInput, FileNotFoundError):
                if not _is_whole(checkpoint) or read_state(state).not_restorable is not None:
                    continue
                with payloads.in_use():
                    self._start = StartState(
                        epoch=ended.epoch,
                        checkpoint=payloads.add_copy(checkpoint, "keras"),
                        state=payloads.add_copy(state, "state"),
                        weights_hash=ended.weights_hash,
                    )
                return ended.epoch
        return began

    def complete_history(self, result: Path, plan: TrainingPlan) -> None:
        """Put the epochs of earlier attempts before those of the last one."""
        path = result / HISTORY_FILE
        if self._start is None or not path.is_file():
            return
        from aibro.payloads.history import read_history, write_history

        began = plan.start.epoch if plan.start is not None else 0
        earlier = [
            row.metrics
            for row in self._store.jobs.epochs(self._job_id)
            if began < row.epoch <= self._start.epoch
        ]
        last = read_history(path)
        whole = msgspec.structs.replace(
            last,
            epoch=[*range(began, self._start.epoch), *last.epoch],
            history={
                name: [*(_value(metrics, name, values[0]) for metrics in earlier), *values]
                for name, values in last.history.items()
            },
        )
        write_history(path, whole)

    def clear(self) -> None:
        """The job has ended: delete what the user did not ask for."""
        self._forget()
        if self._private:
            shutil.rmtree(self._states, ignore_errors=True)

    def _forget(self) -> None:
        if self._start is not None:
            from aibro.payloads.store import PayloadStore

            names = [self._start.checkpoint, self._start.state]
            PayloadStore(self._store.payload_folder).dismiss(names)
            self._start = None


def _value(metrics: Mapping[str, float], name: str, like: Any) -> Any:
    """An epoch's metric as Keras has it: of the same type and shape as a later one."""
    import numpy as np

    if not isinstance(like, np.ndarray | np.generic):
        return metrics.get(name, math.nan)
    names = [name] if like.ndim == 0 else [f"{name}[{i}]" for i in range(like.size)]
    values = np.array([metrics.get(each, math.nan) for each in names], like.dtype)
    return values.reshape(like.shape)[()]


def _is_whole(checkpoint: Path) -> bool:
    """Whether the archive is undamaged."""
    try:
        with zipfile.ZipFile(checkpoint) as file:
            return file.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False
