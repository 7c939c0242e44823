"""The sizes of jobs' models and data, and the kernel's progress notes while it stores them."""

from __future__ import annotations

import msgspec

from aibro.models import PeriodName, Record
from aibro.store.database import EVENTS_OF_JOB, Database

MAX_EARLIER_JOBS = 50
"""The most earlier jobs that an estimate is based on."""


class Sizes(Record, frozen=True):
    """The sizes of one job's model and data."""

    model_bytes: int
    data_bytes: int
    expected_s: float | None
    """Seconds that storing and sending the data should take; ``None`` if too short to mention."""


class Sent(Record, frozen=True):
    """How long it took to store and send all arrays of a job."""

    data_bytes: int
    seconds: float


class Sending:
    """What the kernel reads and writes while it stores model and data."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def announce(self, job_id: str, sizes: Sizes) -> None:
        """Log the sizes of a job's model and data."""
        with self._database.write() as write:
            write.event("sizes", job_id, msgspec.structs.asdict(sizes))
            write.execute("UPDATE jobs SET seq = ? WHERE job_id = ?", (write.seq, job_id))

    def sizes(self, job_id: str) -> Sizes | None:
        """The sizes of a job's model and data; ``None`` when they were not logged."""
        row = self._database.read_one(
            f"SELECT data FROM {EVENTS_OF_JOB} WHERE job_id = ? AND kind = 'sizes' "
            "ORDER BY seq LIMIT 1",
            (job_id,),
        )
        return msgspec.json.decode(row[0], type=Sizes) if row else None

    def note(self, job_id: str, before: str, note: str) -> bool:
        """Show how far storing has got, unless the runner has written a note in the meantime.

        This is not logged, so that progress does not fill the job's history.

        Args:
            before: the last note that this method wrote.
            note: the new note.

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
        """How long storing and sending took for earlier jobs on a machine, newest first."""
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
