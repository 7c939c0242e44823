"""Turns rows of the table of jobs into `Job` records."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from aibro.models import Job, JobStatus, JobSubstatus, ReasonKind, VerdictName, Wait
from aibro.store.database import Database, Row
from aibro.transitions import ENDED

COLUMNS = (
    "number, job_id, seq, description, status, substatus, note, reason, reason_kind, NULL, "
    "machine_id, instance_id, epoch, epochs, batch, batches, metrics, recorded, replay_of, "
    "verdict, cancel_requested, plan IS NULL, created_at, ended_at, is_foreign, from_epoch, "
    "attempt, wait, default_description"
)
ALL_COLUMNS = COLUMNS.replace("NULL", "traceback", 1)
"""With the traceback. Tracebacks are long, so lists of jobs leave them out."""


def job_from_row(row: Row) -> Job:
    """The `Job` of a row that was read with `COLUMNS` or `ALL_COLUMNS`."""
    return Job(
        job_id=row[1],
        seq=row[2],
        description=row[3],
        status=JobStatus(row[4]),
        substatus=JobSubstatus(row[5]),
        note=row[6],
        reason=row[7],
        reason_kind=ReasonKind(row[8]) if row[8] else None,
        traceback=row[9],
        machine_id=row[10],
        instance_id=row[11],
        epoch=row[12],
        epochs=row[13],
        batch=row[14],
        batches=row[15],
        metrics=msgspec.json.decode(row[16]),
        recorded=bool(row[17]),
        replay_of=row[18],
        verdict=VerdictName(row[19]) if row[19] else None,
        cancel_requested=bool(row[20]),
        needs_kernel=bool(row[21]) and JobStatus(row[4]) not in ENDED,
        created_at=row[22],
        ended_at=row[23],
        foreign=bool(row[24]),
        from_epoch=row[25],
        attempt=row[26],
        wait=msgspec.json.decode(row[27], type=Wait) if row[27] else None,
        default_description=bool(row[28]),
    )


def wire_metrics(metrics: Mapping[str, float]) -> dict[str, float | None]:
    """Metrics as JSON can hold them: ``None`` in place of infinity and not-a-number.

    >>> wire_metrics({"loss": 0.5, "accuracy": float("nan")})
    {'loss': 0.5, 'accuracy': None}
    """
    return {name: value if math.isfinite(value) else None for name, value in metrics.items()}


def changed_jobs(database: Database, after: int, limit: int) -> list[Job]:
    """At most ``limit`` jobs that changed after the event ``after``, in the order of ``seq``."""
    rows = database.read(
        f"SELECT {COLUMNS} FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [job_from_row(row) for row in rows]
