"""From a call in the notebook to a job on its way, without its kernel from then on."""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aibro.checks import (
    MAX_COOL_DOWN_S,
    MAX_EPOCHS,
    MAX_SEED,
    check_count,
    check_description,
    check_flag,
    check_folder,
    check_seconds,
)
from aibro.errors import AibroError, BadInput, DiskFull, JobEnded
from aibro.home import read_settings
from aibro.kernel.storing import Storing
from aibro.locks import LivenessLock
from aibro.machine_spec import LOCAL
from aibro.machines.known import find_machine
from aibro.models import ReasonKind
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.payloads.store import PayloadStore
from aibro.runner_process import SUBMIT_LOCK, spawn_runner, take_runner_lock
from aibro.store import Store, Submission
from aibro.trainings.base import NewTraining, StoredTraining
from aibro.trainings.plan import TrainingPlan
from aibro.trainings.surroundings import Surroundings, read_surroundings


@dataclass(frozen=True, kw_only=True)
class JobOptions:
    """How a training shall run, whatever its kind; as the user passed it."""

    machine_ids: Any
    description: Any
    cool_down_period_s: Any
    directory_to_save_ckpt: Any
    directory_to_save_log: Any
    wait_request_s: Any
    wait_new_job_create_s: Any
    wait_new_job_create_interval: Any
    record: Any
    waits: bool
    """Whether the kernel waits for the job."""


def submit(
    store: Store,
    training: NewTraining,
    options: JobOptions,
    called_at: float,
    look: Callable[[str], None] = lambda _: None,
) -> str:
    """Check everything, start the job, store model and data, and return the job's id.

    The instance launches and its framework comes up while the data is still being stored.

    Args:
        store: the store.
        training: what to train.
        options: how.
        called_at: when the user made the call.
        look: called with the job's id as soon as there is one, and while its data is stored.

    Raises:
        BadInput: an argument is wrong; nothing was changed.
        DiskFull: there is no room for model and data; the job ends CANCELED and says so.
        StoreError: the state folder cannot be used.
    """
    # The runner reads them too. An error in them shows here already, before there is a job.
    read_settings(store.home)
    submission = _checked(store, training, options, called_at)
    surroundings = read_surroundings()
    payloads = PayloadStore(store.payload_folder)
    with payloads.in_use():
        serializing_since = time.time()
        # The model goes first: what cannot be sent shows here, before there is a job.
        model_bytes = training.store_model(payloads)
        job_id = store.jobs.new_id()
        runner_lock = take_runner_lock(store, job_id)
        with LivenessLock(store.job_folder(job_id) / SUBMIT_LOCK) as submit_lock:
            submit_lock.acquire()
            store.jobs.create(
                submission,
                job_id=job_id,
                description=options.description,
                epochs=training.epochs,
                recorded=options.record,
                serializing_since=serializing_since,
            )
            spawn_runner(store, job_id, runner_lock)
            try:
                storing = Storing(
                    store,
                    job_id,
                    machine_id=submission.machine_ids[0],
                    model_bytes=model_bytes,
                    data_bytes=training.data_bytes,
                    look=look,
                )
                payloads.on_stored = storing.stored
                stored = training.store_data(payloads)
                plan = _plan(store, job_id, training, options, submission, surroundings, stored)
            except BaseException as error:
                _withdraw(store, job_id, error)
                raise
            store.jobs.submit(job_id, msgspec.json.encode(plan))
            storing.done()
    return job_id


def _checked(
    store: Store, training: NewTraining, options: JobOptions, called_at: float
) -> Submission:
    check_description(options.description)
    check_count("epochs", training.epochs, MAX_EPOCHS)
    check_flag("record", options.record)
    if training.seed is not None:
        check_count("seed", training.seed, MAX_SEED, least=0)
    training.check()
    return Submission(
        machine_ids=_check_machine_ids(store, options.machine_ids),
        interpreter=sys.executable,
        kind=training.kind,
        backend=training.backend,
        variables=training.variables,
        working_directory=str(Path.cwd()),
        wait_request_s=check_seconds("wait_request_s", options.wait_request_s),
        wait_new_job_create_s=check_seconds(
            "wait_new_job_create_s", options.wait_new_job_create_s, negative=True
        ),
        wait_new_job_create_interval=check_seconds(
            "wait_new_job_create_interval", options.wait_new_job_create_interval
        ),
        cool_down_period_s=check_seconds(
            "cool_down_period_s", options.cool_down_period_s, most=MAX_COOL_DOWN_S
        ),
        directory_to_save_ckpt=check_folder(
            "directory_to_save_ckpt", options.directory_to_save_ckpt
        ),
        directory_to_save_log=check_folder("directory_to_save_log", options.directory_to_save_log),
        called_at=called_at,
    )


def _plan(
    store: Store,
    job_id: str,
    training: NewTraining,
    options: JobOptions,
    submission: Submission,
    surroundings: Surroundings,
    stored: StoredTraining,
) -> TrainingPlan:
    recorded = options.record
    return TrainingPlan(
        kind=training.kind,
        backend=submission.backend,
        epochs=training.epochs,
        seed=_seed(training, recorded=recorded),
        deterministic=recorded,
        hash_weights=recorded,
        checkpoint_folder=checkpoint_folder(submission.directory_to_save_ckpt, job_id),
        log_folder=log_folder(submission.directory_to_save_log, job_id),
        working_directory=submission.working_directory,
        # A replay that begins in the middle needs the state beside the checkpoint.
        state_folder=str(store.state_folder(job_id))
        if recorded and submission.directory_to_save_ckpt is not None
        else None,
        surroundings=surroundings,
        returns_when_failed=options.waits,
        holds_code=stored.holds_code,
        payloads=stored.payloads,
        spec=stored.spec,
    )


def _seed(training: NewTraining, *, recorded: bool) -> int | None:
    """The user's seed, or one that fixes what a recorded training would leave to chance."""
    if training.seed is not None:
        return int(training.seed)
    return secrets.randbelow(2**31) if recorded else None


def _check_machine_ids(store: Store, value: object) -> list[str]:
    """Known machine ids, this machine when ``None``.

    Raises:
        UnknownMachine: there is no such machine; lists those there are.
        BadInput: it is no list of ids.
    """
    if value is None:
        return [LOCAL]
    ids = [value] if isinstance(value, str) else value
    if not isinstance(ids, (list, tuple)) or not ids:
        raise BadInput("machine_ids must be a list of machine ids, or None.", "machine_ids")
    return [find_machine(store.home, str(machine_id)).machine_id for machine_id in ids]


def _withdraw(store: Store, job_id: str, error: BaseException) -> None:
    """End a job whose data could not be stored, with the reason."""
    if isinstance(error, DiskFull):
        kind, reason = ReasonKind.DISK_FULL, error.message
    elif isinstance(error, AibroError):
        kind, reason = ReasonKind.BAD_INPUT, error.message
    elif isinstance(error, KeyboardInterrupt):
        kind = ReasonKind.USER
        reason = "interrupted before model and data were stored"
    else:
        kind, reason = ReasonKind.INTERNAL, f"{type(error).__name__}: {error}"
    with contextlib.suppress(JobEnded):  # It was canceled meanwhile.
        store.request_cancel(job_id, kind, reason)
