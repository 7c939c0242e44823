"""What a job's card in a notebook shows: its row, and a few numbers from its history."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from aibro.models import Job, JobCard, JobStatus, JobSubstatus, PeriodName
from aibro.store.database import EVENTS_OF_JOB, Database
from aibro.store.jobs import Jobs
from aibro.store.sending import Sending

POINTS = 50
"""The most points in a sparkline."""
PREFERRED = "loss"
"""The metric that a card shows if the training has it."""
SURE = 0.1
"""The fraction of an epoch after which its pace can be estimated from its own batches."""


class _Start(NamedTuple):
    """From where the pace is measured: compiling, which comes first, must not count."""

    at: float
    batch: int


class _Epoch(msgspec.Struct, frozen=True):
    number: int
    metrics: dict[str, float]
    ended_at: float


def read_card(database: Database, job_id: str) -> JobCard:
    """A job's card as of now; long texts are not shortened.

    Raises:
        JobNotFound: there is no such job.
    """
    with database.snapshot():
        job = Jobs(database).get(job_id)
        sizes = Sending(database).sizes(job_id)
        epochs = _some_epochs(database, job_id)
        start = _start(database, job) if job.substatus is JobSubstatus.TRAINING else None
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
        expected_s=sizes.expected_s if sizes else None,
        left_s=_left(job, _of_attempt(job, epochs, start), start, now),
        as_of=now,
    )


def _some_epochs(database: Database, job_id: str) -> list[_Epoch]:
    """At most `POINTS` ended epochs, evenly spread, including the first and the last."""
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


def _start(database: Database, job: Job) -> _Start | None:
    if job.attempt == 1:
        row = database.read_one(
            f"SELECT at, data ->> '$.batch' FROM {EVENTS_OF_JOB} "
            "WHERE job_id = ? AND kind = 'first-batches' ORDER BY seq LIMIT 1",
            (job.job_id,),
        )
        if row is not None:
            return _Start(*row)
    row = database.read_one(
        "SELECT started_at FROM periods WHERE job_id = ? AND attempt = ? AND name = ?",
        (job.job_id, job.attempt, PeriodName.MODEL_TRAINING),
    )
    return _Start(row[0], 0) if row else None


def _of_attempt(job: Job, epochs: Sequence[_Epoch], start: _Start | None) -> Sequence[_Epoch]:
    """The epochs to estimate the pace from: those of the last attempt.

    Between two attempts nothing is trained, so that time must not count.
    """
    if job.attempt == 1 or start is None:
        return epochs
    return [epoch for epoch in epochs if epoch.ended_at >= start.at]


def _reached(database: Database, job: Job) -> JobSubstatus:
    if job.status is not JobStatus.CANCELED:
        return job.substatus
    row = database.read_one(
        f"SELECT data ->> '$.substatus' FROM {EVENTS_OF_JOB} "
        "WHERE job_id = ? AND kind = 'status' ORDER BY seq DESC LIMIT 1 OFFSET 1",
        (job.job_id,),
    )
    return JobSubstatus(row[0]) if row else job.substatus


def _left(job: Job, epochs: Sequence[_Epoch], start: _Start | None, now: float) -> float | None:
    """Seconds of training left at the pace so far; ``None`` when that is not known yet."""
    if start is None:
        return None
    part = job.batch / job.batches if job.batches else 0.0
    if not epochs:
        done = part - start.batch / job.batches if job.batches else 0.0
        return (now - start.at) * (job.epochs - job.epoch - part) / done if done >= SURE else None
    last = epochs[-1]
    whole_epochs = job.epochs - last.number - 1
    if whole_epochs < 0:
        return 0.0
    pace = _pace(epochs, start, job.batches)
    if pace is None:
        return None
    in_epoch = now - last.ended_at
    # An epoch that is slower than the earlier ones is estimated from its own batches.
    by_batches = in_epoch * (1 - part) / part if part >= SURE else 0.0
    return whole_epochs * pace + max(0.0, pace - in_epoch, by_batches)


def _pace(epochs: Sequence[_Epoch], start: _Start, batches: int | None) -> float | None:
    """Seconds per epoch."""
    first, last = epochs[0], epochs[-1]
    if last.number > first.number:
        # Leave out the first epoch: its validation has to be compiled, too.
        return (last.ended_at - first.ended_at) / (last.number - first.number)
    measured = 1 - start.batch / batches if batches else 1.0
    return (first.ended_at - start.at) / measured if measured >= SURE else None
