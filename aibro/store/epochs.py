"""Ended epochs as rows, with the exact bits of their metrics."""

from __future__ import annotations

import msgspec

from aibro.store.database import Database, Transaction
from aibro.trainings.events import EndedEpoch


def insert_epoch(write: Transaction, job_id: str, epoch: EndedEpoch) -> None:
    """Store an ended epoch of a job; replaces an earlier one with the same number."""
    write.execute(
        "INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?)",
        (
            job_id,
            epoch.epoch,
            msgspec.msgpack.encode(epoch.metrics),
            epoch.weights_hash,
            epoch.at,
        ),
    )


def ended_epochs(database: Database, job_id: str) -> list[EndedEpoch]:
    """The ended epochs of a job, in order."""
    rows = database.read(
        "SELECT epoch, metrics, weights_hash, ended_at FROM epochs WHERE job_id = ? ORDER BY epoch",
        (job_id,),
    )
    return [
        EndedEpoch(
            epoch=epoch,
            metrics=msgspec.msgpack.decode(metrics, type=dict[str, float]),
            weights_hash=weights_hash,
            at=at,
        )
        for epoch, metrics, weights_hash, at in rows
    ]
