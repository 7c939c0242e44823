"""A recorded job with all that is kept of it, checked to be whole."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import msgspec

from aibro.errors import BadInput, JobNotEnded, JobNotRecorded
from aibro.models import Environment, Job
from aibro.payloads.store import PayloadStore
from aibro.store import Store, Submission
from aibro.trainings import training_kind
from aibro.trainings.plan import TrainingPlan, decode_plan, payload_names
from aibro.transitions import ENDED


@dataclass(frozen=True)
class Recorded:
    """A recorded job that can be replayed, as far as its files go."""

    job: Job
    plan: TrainingPlan
    submission: Submission
    environment: Environment | None
    """``None`` when its framework never came up."""
    trusted: bool
    """Its code may run: it is the user's own, or was said to be trusted."""


def check_replayable(store: Store, job_id: str) -> Job:
    """The recorded job, if its files are there; raises as `read_recorded`."""
    return read_recorded(store, job_id).job


def read_recorded(store: Store, job_id: str) -> Recorded:
    """Read what is kept of a recorded job.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or not wholly.
        JobNotEnded: it still runs.
    """
    job = store.jobs.get(job_id)
    if not job.recorded:
        raise not_recorded(store, job_id, "replay")
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; it can be replayed when it has ended.")
    plan = _plan(store, job_id)
    payloads = PayloadStore(store.payload_folder)
    missing = [name for name in payload_names(plan) if not payloads.is_whole(name)]
    if missing:
        raise JobNotRecorded(
            f"Job {job_id} cannot be replayed: {len(missing)} of its recorded files are gone "
            f"from {store.payload_folder}, or damaged."
        )
    return Recorded(
        job=job,
        plan=plan,
        submission=store.jobs.submission(job_id),
        environment=store.jobs.environment(job_id),
        # A replay of a foreign job whose code is not trusted is the user's own, but in safe mode.
        trusted=store.jobs.is_trusted(job_id) or not (job.foreign or plan.safe_mode),
    )


def not_recorded(store: Store, job_id: str, purpose: str) -> JobNotRecorded:
    """What to raise for a job of which no recording is kept.

    Args:
        purpose: what the recording was wanted for: ``replay``, ``report``.
    """
    text = store.jobs.plan(job_id)
    was_recorded = False
    with contextlib.suppress(msgspec.ValidationError):
        if text is not None:
            was_recorded = decode_plan(text).deterministic
    if was_recorded:
        return JobNotRecorded(
            f"The recording of job {job_id} was deleted; it cannot be {purpose}ed any more."
        )
    return JobNotRecorded(
        f"Job {job_id} was not recorded; run it with record=True to be able to {purpose} it."
    )


def _plan(store: Store, job_id: str) -> TrainingPlan:
    text = store.jobs.plan(job_id)
    if text is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its model and data were stored, so there is nothing "
            "to replay."
        )
    try:
        plan = decode_plan(text)
        training_kind(plan.kind).contents(plan)
    except (BadInput, msgspec.ValidationError) as error:
        raise JobNotRecorded(
            f"Job {job_id} was recorded by another version of AIbro, which this one cannot read "
            f"({error}). Record it again."
        ) from error
    return plan
