"""From a call in the notebook to a job on its way, without its kernel from then on."""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from aibro.checks import (
    MAX_COOL_DOWN_S,
    MAX_EPOCHS,
    check_count,
    check_description,
    check_flag,
    check_folder,
    check_machine_ids,
    check_seconds,
)
from aibro.errors import AibroError, BadInput, DiskFull, JobEnded
from aibro.home import read_settings
from aibro.kernel.storing import Storing
from aibro.locks import LivenessLock
from aibro.models import ReasonKind
from aibro.payloads.data import ArrayFacts, check_lengths, store_tree
from aibro.payloads.fit_arguments import check_fit_kwargs
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.payloads.model import check_model, dump_model
from aibro.payloads.model_payload import ModelPayload
from aibro.payloads.store import PayloadStore
from aibro.runner_process import SUBMIT_LOCK, spawn_runner, take_runner_lock
from aibro.store import Store, Submission
from aibro.worker.plan import TrainingPlan


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What `Training.online_fit` was called with, as it was called."""

    model: Any
    train_X: Any
    train_Y: Any
    machine_ids: Any
    batch_size: Any
    epochs: Any
    validation_data: Any
    description: Any
    cool_down_period_s: Any
    fit_kwargs: Any
    directory_to_save_ckpt: Any
    directory_to_save_log: Any
    wait_request_s: Any
    wait_new_job_create_s: Any
    wait_new_job_create_interval: Any
    record: Any


def submit(
    store: Store,
    arguments: Arguments,
    called_at: float,
    look: Callable[[str], None] = lambda _: None,
) -> str:
    """Check everything, start the job, store model and data, and return the job's id.

    The instance launches and its framework comes up while the arrays are still being stored.

    Args:
        store: the store.
        arguments: as the user passed them.
        called_at: when the user made the call.
        look: called with the job's id as soon as there is one, and while its data is stored.

    Raises:
        BadInput: an argument is wrong; nothing was changed.
        DiskFull: there is no room for model and data; the job ends CANCELED and says so.
        StoreError: the state folder cannot be used.
    """
    # The runner reads them too. An error in them shows here already, before there is a job.
    read_settings(store.home)
    fit_kwargs, arrays = _check(arguments)
    submission = Submission(
        machine_ids=check_machine_ids(store, arguments.machine_ids),
        interpreter=sys.executable,
        backend=_backend(),
        working_directory=str(Path.cwd()),
        wait_request_s=check_seconds("wait_request_s", arguments.wait_request_s),
        wait_new_job_create_s=check_seconds(
            "wait_new_job_create_s", arguments.wait_new_job_create_s, negative=True
        ),
        wait_new_job_create_interval=check_seconds(
            "wait_new_job_create_interval", arguments.wait_new_job_create_interval
        ),
        cool_down_period_s=check_seconds(
            "cool_down_period_s", arguments.cool_down_period_s, most=MAX_COOL_DOWN_S
        ),
        directory_to_save_ckpt=check_folder(
            "directory_to_save_ckpt", arguments.directory_to_save_ckpt
        ),
        directory_to_save_log=check_folder(
            "directory_to_save_log", arguments.directory_to_save_log
        ),
        called_at=called_at,
    )
    payloads = PayloadStore(store.payload_folder)
    with payloads.in_use():
        return _start(store, payloads, arguments, fit_kwargs, arrays, submission, look)


def _start(
    store: Store,
    payloads: PayloadStore,
    arguments: Arguments,
    fit_kwargs: dict[str, Any],
    arrays: list[ArrayFacts],
    submission: Submission,
    look: Callable[[str], None],
) -> str:
    serializing_since = time.time()
    # The model goes first: if it cannot be sent, that shows before there is a job.
    model = dump_model(payloads, arguments.model, fit_kwargs)
    job_id = store.jobs.new_id()
    runner_lock = take_runner_lock(store, job_id)
    with LivenessLock(store.job_folder(job_id) / SUBMIT_LOCK) as submit_lock:
        submit_lock.acquire()
        store.jobs.create(
            submission,
            job_id=job_id,
            description=arguments.description,
            epochs=arguments.epochs,
            recorded=bool(arguments.record),
            serializing_since=serializing_since,
        )
        spawn_runner(store, job_id, runner_lock)
        try:
            storing = Storing(
                store,
                job_id,
                machine_id=submission.machine_ids[0],
                model_bytes=model.size_bytes,
                data_bytes=sum(array.nbytes for array in arrays),
                look=look,
            )
            payloads.on_stored = storing.stored
            plan = _store_data(store, payloads, arguments, model, submission, job_id)
        except BaseException as error:
            _withdraw(store, job_id, error)
            raise
        store.jobs.submit(job_id, msgspec.json.encode(plan))
        storing.done()
    return job_id


def _check(arguments: Arguments) -> tuple[dict[str, Any], list[ArrayFacts]]:
    check_description(arguments.description)
    check_count("epochs", arguments.epochs, MAX_EPOCHS)
    check_count("batch_size", arguments.batch_size)
    if arguments.fit_kwargs is not None and not isinstance(arguments.fit_kwargs, Mapping):
        kind = type(arguments.fit_kwargs).__name__
        raise BadInput(f"fit_kwargs must be a dict, not {kind}.", "fit_kwargs")
    check_flag("record", arguments.record)
    fit_kwargs = dict(arguments.fit_kwargs or {})
    arrays = check_lengths(
        arguments.train_X,
        arguments.train_Y,
        arguments.validation_data,
        fit_kwargs.get("sample_weight"),
    )
    check_model(arguments.model, arguments.train_X, arguments.batch_size)
    check_fit_kwargs(fit_kwargs, arrays[0].shape[0])
    return fit_kwargs, arrays


def _backend() -> str:
    from keras import config

    return str(config.backend())


def _store_data(
    store: Store,
    payloads: PayloadStore,
    arguments: Arguments,
    model: ModelPayload,
    submission: Submission,
    job_id: str,
) -> TrainingPlan:
    recorded = bool(arguments.record)
    return TrainingPlan(
        model=model,
        train_X=store_tree(payloads, "train_X", arguments.train_X),
        train_Y=store_tree(payloads, "train_Y", arguments.train_Y),
        validation_data=store_tree(payloads, "validation_data", arguments.validation_data),
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        seed=secrets.randbelow(2**31) if recorded else None,
        deterministic=recorded,
        hash_weights=recorded,
        checkpoint_folder=checkpoint_folder(submission.directory_to_save_ckpt, job_id),
        log_folder=log_folder(submission.directory_to_save_log, job_id),
        working_directory=submission.working_directory,
        # A replay that begins in the middle needs the state beside the checkpoint.
        state_folder=str(store.state_folder(job_id))
        if recorded and submission.directory_to_save_ckpt is not None
        else None,
    )


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
