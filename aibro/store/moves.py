"""Changing the status of a job or an instance: checked against the table, and logged."""

from __future__ import annotations

from aibro.errors import InstanceNotFound, JobNotFound
from aibro.models import InstanceStatus, InstanceSubstatus, JobSubstatus, Market
from aibro.store.database import Transaction
from aibro.transitions import check_instance, check_job


def move_job(write: Transaction, job_id: str, new: JobSubstatus, reason: str | None = None) -> None:
    """Move a job to ``new`` and clear its note, which was about the old substatus.

    Raises:
        JobNotFound: there is no such job.
        IllegalTransition: ``new`` may not follow the old substatus.
    """
    row = write.one("SELECT substatus FROM jobs WHERE job_id = ?", (job_id,))
    if row is None:
        raise JobNotFound(f"There is no job {job_id}.")
    status = check_job(JobSubstatus(row[0]), new)
    data = {"status": status.value, "substatus": new.value}
    write.event("status", job_id, data if reason is None else {**data, "reason": reason})
    write.execute(
        "UPDATE jobs SET status = ?, substatus = ?, note = '', wait = NULL, seq = ? "
        "WHERE job_id = ?",
        (status, new, write.seq, job_id),
    )


def move_instance(write: Transaction, instance_id: str, new: InstanceStatus) -> None:
    """Move an instance to ``new``, and log it in the history of the job it belongs to.

    Raises:
        InstanceNotFound: there is no such instance.
        IllegalTransition: ``new`` may not follow the old status.
    """
    row = write.one(
        "SELECT status, market, job_id FROM instances WHERE instance_id = ?", (instance_id,)
    )
    if row is None:
        raise InstanceNotFound(f"There is no instance {instance_id}.")
    substatus = check_instance(InstanceStatus(row[0]), new, Market(row[1]))
    record_instance(write, row[2], instance_id, new, substatus)
    closed = write.now if new is InstanceStatus.CLOSED else None
    write.execute(
        "UPDATE instances SET status = ?, substatus = ?, closed_at = ?, seq = ? "
        "WHERE instance_id = ?",
        (new, substatus, closed, write.seq, instance_id),
    )


def record_instance(
    write: Transaction,
    job_id: str | None,
    instance_id: str,
    status: InstanceStatus,
    substatus: InstanceSubstatus,
) -> None:
    """Log the status of a job's instance in that job's history."""
    write.event(
        "instance",
        job_id,
        {"instance_id": instance_id, "status": status.value, "substatus": substatus.value},
    )


def instance_of(write: Transaction, job_id: str) -> str | None:
    """The id of the job's instance, or ``None`` when it has none."""
    row = write.one("SELECT instance_id FROM jobs WHERE job_id = ?", (job_id,))
    return str(row[0]) if row and row[0] else None
