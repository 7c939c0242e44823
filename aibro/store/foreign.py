"""A foreign job: it ran elsewhere and is imported from a report, all in one write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from aibro.errors import JobExists
from aibro.models import Environment, Job, Period, Record, Verdict
from aibro.store.database import Database, Transaction
from aibro.store.epochs import insert_epoch
from aibro.store.jobs import Submission
from aibro.trainings.events import EndedEpoch


class ForeignJob(Record, frozen=True):
    """Everything that is stored about a job that ended elsewhere."""

    job: Job
    submission: Submission
    """How a replay of the job would be submitted here."""
    plan: str
    """The `TrainingPlan`, as JSON; its payloads are stored already."""
    environment: Environment | None
    failure: str | None
    """The `Failure` that a replay must repeat to reproduce the issue, as JSON."""
    verdict: Verdict | None
    epochs: Sequence[EndedEpoch]
    periods: Sequence[Period]


def check_new(database: Database, job_id: str) -> None:
    """Check that no job has this id yet, before anything is imported.

    Raises:
        JobExists: there is a job with that id.
    """
    row = database.read_one("SELECT is_foreign FROM jobs WHERE job_id = ?", (job_id,))
    if row is not None:
        raise _exists(job_id, foreign=bool(row[0]))


def add_foreign_job(database: Database, foreign: ForeignJob) -> None:
    """Store an ended job that ran elsewhere; its code is not trusted.

    Raises:
        JobExists: there is a job with that id; nothing was changed.
        DiskFull: no space is left; nothing was changed.
    """
    job_id = foreign.job.job_id
    with database.write() as write:
        row = write.one("SELECT is_foreign FROM jobs WHERE job_id = ?", (job_id,))
        if row is not None:
            raise _exists(job_id, foreign=bool(row[0]))
        status = {"status": foreign.job.status.value, "substatus": foreign.job.substatus.value}
        write.event("imported", job_id, status)
        _insert_job(write, foreign)
        for period in foreign.periods:
            write.execute(
                "INSERT INTO periods VALUES (?, ?, ?, ?, ?)",
                (job_id, period.attempt, period.name, period.start, period.end),
            )
        for epoch in foreign.epochs:
            insert_epoch(write, job_id, epoch)


def _insert_job(write: Transaction, foreign: ForeignJob) -> None:
    job = foreign.job
    row = {
        "job_id": job.job_id,
        "seq": write.seq,
        "description": job.description,
        "default_description": job.default_description,
        "status": job.status,
        "substatus": job.substatus,
        "reason": job.reason,
        "reason_kind": job.reason_kind,
        "traceback": job.traceback,
        "failure": foreign.failure,
        "machine_id": job.machine_id,
        "attempt": job.attempt,
        "epoch": job.epoch,
        "epochs": job.epochs,
        "batch": job.batch,
        "batches": job.batches,
        "metrics": _json(job.metrics),
        "recorded": 1,
        "replay_of": job.replay_of,
        "from_epoch": job.from_epoch,
        "is_foreign": 1,
        "trusted": 0,
        "verdict": job.verdict,
        "verdict_record": _json(foreign.verdict),
        "submission": _json(foreign.submission),
        "plan": foreign.plan,
        "environment": _json(foreign.environment),
        "created_at": job.created_at,
        "ended_at": job.ended_at,
    }
    places = ", ".join(f":{name}" for name in row)
    write.execute(f"INSERT INTO jobs ({', '.join(row)}) VALUES ({places})", row)


def _json(value: Record | Mapping[str, float | None] | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _exists(job_id: str, *, foreign: bool) -> JobExists:
    what = "was imported before" if foreign else "is one of your own"
    return JobExists(
        f"Job {job_id} is here already: it {what}. Nothing was imported. "
        "To bring it in anew, delete it first, in the AIbro panel."
    )
