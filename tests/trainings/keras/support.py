"""Processes as a notebook's kernel and a worker are, and a training that goes on in another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.files import state_file
from aibro.trainings.keras.training import KerasTraining
from aibro.trainings.plan import StartState, TrainingPlan

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def run(script: Path, *arguments: object, **environment: str) -> str:
    """Run a script as ``__main__``; return what it printed."""
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def going_on(plan: TrainingPlan, epoch: int, weights_hash: str | None) -> TrainingPlan:
    """A plan that goes on after an epoch of one that saved checkpoints and states."""
    assert plan.checkpoint_folder is not None
    assert plan.state_folder is not None
    start = StartState(
        epoch=epoch,
        checkpoint=f"{plan.checkpoint_folder}/epoch-{epoch:04}.keras",
        state=str(state_file(Path(plan.state_folder), epoch)),
        weights_hash=str(weights_hash),
    )
    return msgspec.structs.replace(plan, start=start, checkpoint_folder=None, state_folder=None)


def find(resolve: Callable[[str], Path]) -> Callable[[str], Path]:
    """Payloads by their names, and files that were saved by their paths."""
    return lambda name: Path(name) if "/" in name else resolve(name)


def store_training(
    training: KerasTraining, folder: Path
) -> tuple[TrainingPlan, Callable[[str], Path]]:
    """Store a training as a kernel does.

    Returns:
        Its plan, which saves checkpoints and states in the folder, and what finds its payloads.
    """
    training.check()
    store = PayloadStore(folder / "payloads")
    training.store_model(store)
    stored = training.store_data(store)
    plan = TrainingPlan(
        kind=training.kind,
        backend=training.backend,
        epochs=training.epochs,
        seed=training.seed,
        deterministic=False,
        hash_weights=True,
        checkpoint_folder=str(folder),
        state_folder=str(folder),
        log_folder=None,
        working_directory=str(folder),
        holds_code=stored.holds_code,
        payloads=stored.payloads,
        spec=stored.spec,
    )
    return plan, store.path
