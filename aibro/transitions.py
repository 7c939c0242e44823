"""The tables of docs/statuses.md as code: which statuses go together, and which may follow which.

These rules are written down only here. The store checks them before it writes a status.
"""

from __future__ import annotations

from aibro.errors import IllegalTransition
from aibro.models import (
    InstanceStatus,
    InstanceSubstatus,
    JobStatus,
    JobSubstatus,
    Market,
)

JOB_STATUS_OF: dict[JobSubstatus, JobStatus] = {
    JobSubstatus.REQUESTING_SERVER: JobStatus.QUEUING,
    JobSubstatus.CONNECTING_SERVER: JobStatus.QUEUING,
    JobSubstatus.SENDING: JobStatus.QUEUING,
    JobSubstatus.GEARING_ENV: JobStatus.QUEUING,
    JobSubstatus.TRAINING: JobStatus.TRAINING,
    JobSubstatus.RETURNING: JobStatus.TRAINING,
    JobSubstatus.CANCELED: JobStatus.CANCELED,
    JobSubstatus.COMPLETED: JobStatus.COMPLETED,
}
"""The status to which each substatus belongs."""

ENDED = frozenset({JobStatus.CANCELED, JobStatus.COMPLETED})

JOB_NEXT: dict[JobSubstatus, frozenset[JobSubstatus]] = {
    JobSubstatus.REQUESTING_SERVER: frozenset(
        {JobSubstatus.CONNECTING_SERVER, JobSubstatus.CANCELED}
    ),
    JobSubstatus.CONNECTING_SERVER: frozenset(
        # Back to requesting: this machine did not answer, so the job requests another one.
        {JobSubstatus.SENDING, JobSubstatus.REQUESTING_SERVER, JobSubstatus.CANCELED}
    ),
    # From here on, back to requesting: the machine was taken away; the job continues on another.
    JobSubstatus.SENDING: frozenset(
        {JobSubstatus.GEARING_ENV, JobSubstatus.REQUESTING_SERVER, JobSubstatus.CANCELED}
    ),
    JobSubstatus.GEARING_ENV: frozenset(
        {JobSubstatus.TRAINING, JobSubstatus.REQUESTING_SERVER, JobSubstatus.CANCELED}
    ),
    JobSubstatus.TRAINING: frozenset(
        {JobSubstatus.RETURNING, JobSubstatus.REQUESTING_SERVER, JobSubstatus.CANCELED}
    ),
    JobSubstatus.RETURNING: frozenset(
        {JobSubstatus.COMPLETED, JobSubstatus.REQUESTING_SERVER, JobSubstatus.CANCELED}
    ),
    JobSubstatus.CANCELED: frozenset(),
    JobSubstatus.COMPLETED: frozenset(),
}

INSTANCE_SUBSTATUSES: dict[InstanceStatus, frozenset[InstanceSubstatus]] = {
    InstanceStatus.LAUNCHING: frozenset({InstanceSubstatus.NONE}),
    InstanceStatus.EXECUTING: frozenset({InstanceSubstatus.NONE}),
    InstanceStatus.COOLING: frozenset({InstanceSubstatus.COOLING}),
    InstanceStatus.CLOSING: frozenset({InstanceSubstatus.STOPPING, InstanceSubstatus.TERMINATING}),
    InstanceStatus.CLOSED: frozenset({InstanceSubstatus.STOPPED, InstanceSubstatus.TERMINATED}),
}

INSTANCE_NEXT: dict[InstanceStatus, frozenset[InstanceStatus]] = {
    InstanceStatus.LAUNCHING: frozenset(
        # Directly to cooling: the job was canceled before it began to train.
        {InstanceStatus.EXECUTING, InstanceStatus.COOLING, InstanceStatus.CLOSING}
    ),
    InstanceStatus.EXECUTING: frozenset({InstanceStatus.COOLING, InstanceStatus.CLOSING}),
    # Back to launching: the next job has claimed the instance.
    InstanceStatus.COOLING: frozenset({InstanceStatus.LAUNCHING, InstanceStatus.CLOSING}),
    InstanceStatus.CLOSING: frozenset({InstanceStatus.CLOSED}),
    InstanceStatus.CLOSED: frozenset(),
}

INSTANCE_DURING: dict[JobSubstatus, frozenset[InstanceStatus]] = {
    JobSubstatus.REQUESTING_SERVER: frozenset(),
    JobSubstatus.CONNECTING_SERVER: frozenset({InstanceStatus.LAUNCHING}),
    JobSubstatus.SENDING: frozenset({InstanceStatus.LAUNCHING}),
    JobSubstatus.GEARING_ENV: frozenset({InstanceStatus.LAUNCHING}),
    JobSubstatus.TRAINING: frozenset({InstanceStatus.EXECUTING}),
    JobSubstatus.RETURNING: frozenset({InstanceStatus.EXECUTING}),
    JobSubstatus.CANCELED: frozenset(
        {InstanceStatus.COOLING, InstanceStatus.CLOSING, InstanceStatus.CLOSED}
    ),
    JobSubstatus.COMPLETED: frozenset(
        {InstanceStatus.COOLING, InstanceStatus.CLOSING, InstanceStatus.CLOSED}
    ),
}
"""The statuses that a job's instance may have in each substatus; empty if it has no instance."""


def check_job(old: JobSubstatus, new: JobSubstatus) -> JobStatus:
    """Check that a job may go from ``old`` to ``new``, and return the status of ``new``.

    Raises:
        IllegalTransition: ``new`` may not follow ``old``.

    >>> print(check_job(JobSubstatus.GEARING_ENV, JobSubstatus.TRAINING))
    TRAINING
    """
    if new not in JOB_NEXT[old]:
        raise IllegalTransition(f"A job that is {old} cannot become {new}.")
    return JOB_STATUS_OF[new]


def check_instance(old: InstanceStatus, new: InstanceStatus, market: Market) -> InstanceSubstatus:
    """Check that an instance may go from ``old`` to ``new``, and return its substatus then.

    The market matters when an instance ends: on-demand instances are stopped, spot instances are
    terminated.

    Raises:
        IllegalTransition: ``new`` may not follow ``old``.
    """
    if new not in INSTANCE_NEXT[old]:
        raise IllegalTransition(f"An instance that is {old} cannot become {new}.")
    spot = market is Market.SPOT
    if new is InstanceStatus.COOLING:
        return InstanceSubstatus.COOLING
    if new is InstanceStatus.CLOSING:
        return InstanceSubstatus.TERMINATING if spot else InstanceSubstatus.STOPPING
    if new is InstanceStatus.CLOSED:
        return InstanceSubstatus.TERMINATED if spot else InstanceSubstatus.STOPPED
    return InstanceSubstatus.NONE
