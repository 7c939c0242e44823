"""Running a recorded job again, and what is kept of it for that."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from aibro.errors import JobNotEnded, JobNotRecorded
from aibro.models import Difference, Environment, Job, Recording
from aibro.payloads.folders import checkpoint_folder, log_folder
from aibro.payloads.store import PayloadStore
from aibro.runner.spawn import spawn_runner, take_runner_lock
from aibro.store import Store
from aibro.transitions import ENDED
from aibro.verdicts import differences
from aibro.worker.environment import read_environment
from aibro.worker.plan import TrainingPlan, payload_names


def start_replay(
    store: Store,
    job_id: str,
    *,
    description: str,
    directory_to_save_ckpt: str | None,
    directory_to_save_log: str | None,
    wait_request_s: float,
    called_at: float,
) -> Job:
    """Start a new job that repeats a recorded one, run by the recorded interpreter.

    Args:
        directory_to_save_ckpt: absolute path of a folder that exists, or ``None``.
        directory_to_save_log: absolute path of a folder that exists, or ``None``.
        wait_request_s: seconds to wait for an instance.
        called_at: when the user asked for it.

    Returns:
        The new job.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or not wholly.
        JobNotEnded: it still runs.
    """
    recorded = check_replayable(store, job_id)
    plan = _recorded_plan(store, job_id)
    submission = msgspec.structs.replace(
        store.jobs.submission(job_id),
        wait_request_s=wait_request_s,
        wait_new_job_create_s=-1.0,
        cool_down_period_s=0.0,
        directory_to_save_ckpt=directory_to_save_ckpt,
        directory_to_save_log=directory_to_save_log,
        called_at=called_at,
    )
    new_id = store.jobs.new_id()
    plan = msgspec.structs.replace(
        plan,
        checkpoint_folder=checkpoint_folder(directory_to_save_ckpt, new_id),
        log_folder=log_folder(directory_to_save_log, new_id),
    )
    lock = take_runner_lock(store, new_id)
    job = store.jobs.create(
        submission,
        job_id=new_id,
        description=description or f"Replay of {recorded.description or job_id}",
        epochs=recorded.epochs,
        # A replay keeps what a recorded job keeps, so that it can be replayed itself.
        recorded=True,
        replay_of=job_id,
        plan=msgspec.json.encode(plan),
    )
    spawn_runner(store, new_id, lock)
    return job


def check_replayable(store: Store, job_id: str) -> Job:
    """The recorded job, if it can be replayed; raises as `start_replay`."""
    job = store.jobs.get(job_id)
    if not job.recorded:
        raise JobNotRecorded(
            f"Job {job_id} was not recorded; run it with record=True to be able to replay it."
        )
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; it can be replayed when it has ended.")
    plan = _recorded_plan(store, job_id)
    payloads = PayloadStore(store.payload_folder)
    missing = [name for name in payload_names(plan) if not payloads.path(name).is_file()]
    if missing:
        raise JobNotRecorded(
            f"Job {job_id} cannot be replayed: {len(missing)} of its recorded files are gone "
            f"from {store.payload_folder}."
        )
    return job


def _recorded_plan(store: Store, job_id: str) -> TrainingPlan:
    text = store.jobs.field(job_id, "plan")
    if text is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its model and data were stored, so there is nothing "
            "to replay."
        )
    try:
        return msgspec.json.decode(text, type=TrainingPlan)
    except msgspec.ValidationError as error:
        raise JobNotRecorded(
            f"Job {job_id} was recorded by another version of AIbro, which this one cannot read "
            f"({error}). Record it again."
        ) from error


def recording(store: Store, job_id: str) -> Recording:
    """What is kept of a recorded job; raises as `start_replay`."""
    job = check_replayable(store, job_id)
    plan = _recorded_plan(store, job_id)
    payloads = PayloadStore(store.payload_folder)
    environment = store.jobs.environment(job_id)
    if environment is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its framework was up, so there is nothing to compare with."
        )
    return Recording(
        job_id=job_id,
        description=job.description,
        status=job.status,
        created_at=job.created_at,
        size_bytes=sum(payloads.size(name) for name in payload_names(plan)),
        parts=[],
        parameters=plan.model.parameters,
        epochs=job.epochs,
        batch_size=plan.batch_size,
        seed=plan.seed,
        fit_arguments=sorted(plan.model.fit_arguments.keys() | plan.model.fit_arrays.keys()),
        custom_code=plan.model.code is not None,
        foreign=job.foreign,
        trusted=False,
        environment=environment,
        interpreter=environment.interpreter,
        differences=_differences_now(environment),
        problem=None,
        start_epochs=[],
        no_start_epochs=None,
    )


def _differences_now(recorded: Environment) -> list[Difference]:
    """What can be told without running the recorded interpreter."""
    interpreter = Path(recorded.interpreter)
    if not interpreter.exists():
        return [Difference(name="interpreter", recorded=recorded.interpreter, current=None)]
    if interpreter.parent != Path(sys.executable).parent:
        return []  # Another environment: only its own interpreter knows its packages.
    here = read_environment(recorded.backend, recorded.gpus)
    # Several names lead to one interpreter, and threads are set when the framework comes up.
    here = msgspec.structs.replace(here, interpreter=recorded.interpreter, threads=recorded.threads)
    return differences(recorded, here)
