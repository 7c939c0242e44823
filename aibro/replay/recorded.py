"""The one reader of recordings: a recorded job with all that is kept of it, checked to be whole."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Literal

import msgspec

from aibro.errors import BadInput, JobNotEnded, JobNotRecorded
from aibro.models import Environment, Job
from aibro.payloads.store import PayloadStore
from aibro.store import Store, Submission
from aibro.trainings import training_kind
from aibro.trainings.plan import TrainingPlan, decode_plan, payload_names
from aibro.transitions import ENDED

Purpose = Literal["replay", "report"]
"""What a recording is read for; error messages name it."""


@dataclass(frozen=True)
class Recorded:
    """A recorded job that has ended, and whose files are all there."""

    job: Job
    plan: TrainingPlan
    submission: Submission
    environment: Environment | None
    """``None`` when its framework never came up."""
    trusted: bool
    """Its code may run: it is the user's own, or was said to be trusted."""


def read_recorded(store: Store, job_id: str, purpose: Purpose = "replay") -> Recorded:
    """Read what is kept of a recorded job, and check that all of it is there.

    Whoever goes on to use the payloads holds `PayloadStore.in_use` meanwhile, so that none of them
    is removed.

    Args:
        store: where the job is.
        job_id: a recorded job that has ended.
        purpose: what it is read for.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or some of it is missing or damaged.
        JobNotEnded: it still runs.
    """
    job = store.jobs.get(job_id)
    text = store.jobs.plan(job_id)
    if not job.recorded:
        raise _not_recorded(job_id, text, purpose)
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; it can be {purpose}ed when it has ended.")
    plan = _decode(job_id, text, purpose)
    payloads = PayloadStore(store.payload_folder)
    missing = [name for name in payload_names(plan) if not payloads.is_whole(name)]
    if missing:
        raise JobNotRecorded(
            f"Job {job_id} cannot be {purpose}ed: {len(missing)} of its recorded files are gone "
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


def _not_recorded(job_id: str, text: str | None, purpose: Purpose) -> JobNotRecorded:
    """The error for a job that has no recording: it never had one, or it was deleted."""
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


def _decode(job_id: str, text: str | None, purpose: Purpose) -> TrainingPlan:
    if text is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its model and data were stored, so there is nothing "
            f"to {purpose}."
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
