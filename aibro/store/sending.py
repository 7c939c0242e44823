"""How large model and data of jobs are, and what the kernel says while it stores them."""

from __future__ import annotations

import msgspec

from aibro.models import PeriodName, Record
from aibro.store.database import EVENTS_OF_JOB, Database

MAX_EARLIER_JOBS = 50
"""How many earlier jobs an estimate is made from, at most."""


class Sizes(Record, frozen=True):
    """Model and data of one job."""

    model_bytes: int
    data_bytes: int
    expected_s: float | None
    """Seconds that storing and sending the data was expected to take, if long enough to mention."""


class Sent(Record, frozen=True):
    """What storing and sending all arrays of a job took."""

    data_bytes: int
    seconds: float


class Sending:
    """What the kernel reads and writes while it stores model and data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, job_id: str, sizes: Sizes) -> None:
        """Log how large model and data are."""
        with self._database.write() as write:
            write.event("sizes", job_id, msgspec.structs.asdict(sizes))
            write.execute("UPDATE jobs SET seq = ? WHERE job_id = ?", (write.seq, job_id))

    def sizes(self, job_id: str) -> Sizes | None:
        """How large they are; ``None`` when it was not logged."""
        row = self._database.read_one(
            f"SELECT data FROM {EVENTS_OF_JOB} WHERE job_id = ? AND kind = 'sizes' "
            "ORDER BY seq LIMIT 1",
            (job_id,),
        )
        return msgspec.json.decode(row[0], type=Sizes) if row else None

    def note(self, job_id: str, before: str, note: str) -> bool:
        """Show how far storing has got, unless the runner has written a note of its own.

        This is not logged, so that the history does not grow with it.

        Args:
            before: the note that was written here last.
            note: the new one.

        Returns:
            Whether the note was written.
        """
        with self._database.write() as write:
            may_write = write.one(
                "SELECT 1 FROM jobs WHERE job_id = ? AND status = 'QUEUING' AND note IN ('', ?)",
                (job_id, before),
            )
            if may_write is None:
                return False
            write.execute(
                "UPDATE jobs SET note = ?, seq = ? WHERE job_id = ?", (note, write.seq, job_id)
            )
            return True

    def sent(self, machine_id: str) -> list[Sent]:
        """What storing and sending the data of earlier jobs on a machine took, the newest first."""
        rows = self._database.read(
            "SELECT e.data, e.at, "
            f"(SELECT at FROM {EVENTS_OF_JOB} WHERE job_id = e.job_id AND kind = 'submitted' "
            "ORDER BY seq LIMIT 1) stored, "
            "(SELECT ended_at - started_at FROM periods p WHERE p.job_id = e.job_id "
            "AND p.attempt = 1 AND name = ?) "
            "sent FROM events e JOIN jobs j ON j.job_id = e.job_id "
            "WHERE e.kind = 'sizes' AND machine_id = ? AND stored IS NOT NULL AND sent IS NOT NULL "
            "ORDER BY e.seq DESC LIMIT ?",
            (PeriodName.TRANSFER, machine_id, MAX_EARLIER_JOBS),
        )
        return [
            Sent(
                data_bytes=msgspec.json.decode(data, type=Sizes).data_bytes,
                # The wall clock may be set back meanwhile.
                seconds=max(0.0, stored - announced) + sent,
            )
            for data, announced, stored, sent in rows
        ]
