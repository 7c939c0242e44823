"""A job's card: its row, and what its history says in few numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import msgspec

from aibro.models import Job, JobCard, JobStatus, JobSubstatus, PeriodName
from aibro.store.database import Database
from aibro.store.jobs import Jobs
from aibro.store.sending import Sending, Sizes

POINTS = 50
"""Of a sparkline, at most."""
PREFERRED = "loss"
"""The metric that every training has."""
SURE = 0.1
"""Part of the first epoch after which its pace is known: the first batches also compile."""

_NO_SIZES = Sizes(model_bytes=0, data_bytes=0, expected_s=None)


class _Epoch(msgspec.Struct, frozen=True):
    number: int
    metrics: dict[str, float]
    ended_at: float


def read_card(database: Database, job_id: str) -> JobCard:
    """A job's card as of now, its texts uncut.

    Raises:
        JobNotFound: there is no such job.
    """
    with database.snapshot():
        job = Jobs(database).get(job_id)
        sizes = Sending(database).sizes(job_id)
        epochs = _some_epochs(database, job_id)
        fit_began = _fit_began(database, job_id)
        reached = _reached(database, job)
    now = time.time()
    metric = _metric(epochs)
    return JobCard(
        job=job,
        reached=reached,
        metric=metric,
        values=[] if metric is None else [_rounded(epoch.metrics.get(metric)) for epoch in epochs],
        model_bytes=sizes.model_bytes if sizes else None,
        data_bytes=sizes.data_bytes if sizes else None,
        expected_s=(sizes or _NO_SIZES).expected_s,
        left_s=_left(job, epochs, fit_began, now),
        as_of=now,
    )


def _some_epochs(database: Database, job_id: str) -> list[_Epoch]:
    """Evenly spread over the ended epochs, the first and the last included."""
    row = database.read_one("SELECT min(epoch), max(epoch) FROM epochs WHERE job_id = ?", (job_id,))
    if row is None or row[0] is None:
        return []
    first, last = row
    steps = max(1, min(POINTS - 1, last - first))
    wanted = {first + (last - first) * step // steps for step in range(steps + 1)}
    rows = database.read(
        "SELECT epoch, metrics, ended_at FROM epochs WHERE job_id = ? "
        f"AND epoch IN ({', '.join('?' * len(wanted))}) ORDER BY epoch",
        (job_id, *wanted),
    )
    return [
        _Epoch(number, msgspec.msgpack.decode(metrics, type=dict[str, float]), ended_at)
        for number, metrics, ended_at in rows
    ]


def _metric(epochs: Sequence[_Epoch]) -> str | None:
    names = epochs[-1].metrics if epochs else {}
    return PREFERRED if PREFERRED in names else next(iter(names), None)


def _rounded(value: float | None) -> float | None:
    return float(f"{value:.5g}") if value is not None and math.isfinite(value) else None


def _fit_began(database: Database, job_id: str) -> float | None:
    row = database.read_one(
        "SELECT started_at FROM periods WHERE job_id = ? AND name = ?",
        (job_id, PeriodName.MODEL_TRAINING),
    )
    return row[0] if row else None


def _reached(database: Database, job: Job) -> JobSubstatus:
    if job.status is not JobStatus.CANCELED:
        return job.substatus
    row = database.read_one(
        "SELECT data ->> '$.substatus' FROM events WHERE job_id = ? AND kind = 'status' "
        "ORDER BY seq DESC LIMIT 1 OFFSET 1",
        (job.job_id,),
    )
    return JobSubstatus(row[0]) if row else job.substatus


def _left(job: Job, epochs: Sequence[_Epoch], fit_began: float | None, now: float) -> float | None:
    """Seconds of training left at the pace so far."""
    if job.substatus is not JobSubstatus.TRAINING or fit_began is None:
        return None
    if not epochs:
        part = job.batch / job.batches if job.batches else 0.0
        epochs_left = job.epochs - job.epoch - part
        return (now - fit_began) * epochs_left / part if part >= SURE else None
    first, last = epochs[0], epochs[-1]
    if last.number > first.number:
        # Without the first epoch, which also compiles.
        pace = (last.ended_at - first.ended_at) / (last.number - first.number)
    else:
        pace = last.ended_at - fit_began
    return max(0.0, (job.epochs - last.number) * pace - (now - last.ended_at))
