"""Reading what happened: the event log, a job's timeline and epochs, and what has changed since."""

from __future__ import annotations

import time

import msgspec

from aibro.errors import BadInput
from aibro.models import (
    Changes,
    ChartType,
    Epoch,
    EpochPage,
    EventPage,
    JobCard,
    JobEvent,
    Period,
    PeriodName,
    Timeline,
)
from aibro.store.cards import read_card
from aibro.store.database import Database
from aibro.store.instances import changed_instances
from aibro.store.job_listing import MAX_PAGE
from aibro.store.job_rows import changed_jobs, wire_metrics
from aibro.store.jobs import Jobs

MAX_JOBS_SEARCHED = 500
"""How many of the latest jobs are searched for those that took over a cooling instance."""
MAX_STARTS = 20
"""How many of those are measured."""

_PERIOD_ORDER = {name: index for index, name in enumerate(PeriodName)}


class History:
    """Reads the event log, and what the panel and the outputs show of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seq(self) -> int:
        """The number of the last change."""
        row = self._database.read_one("SELECT seq FROM clock")
        return int(row[0]) if row else 0

    def changes(self, after: int, limit: int = MAX_PAGE) -> Changes:
        """The rows touched after ``after``, each once, as they are now.

        Raises:
            BadInput: ``limit`` is not from 1 to 200.
        """
        _check_limit(limit)
        with self._database.snapshot():
            last = self.seq()
            jobs = changed_jobs(self._database, after, limit)
            instances = changed_instances(self._database, after, limit)
            deleted = self._database.read(
                # One that came back in a report is not deleted any more.
                "SELECT seq, job_id FROM events WHERE kind = 'deleted' AND seq > ? "
                "AND job_id NOT IN (SELECT job_id FROM jobs) ORDER BY seq LIMIT ?",
                (after, limit),
            )
        # A list that is full may have been cut: the answer is complete up to its last seq only.
        full = [
            rows[-1]
            for rows in (
                [job.seq for job in jobs],
                [instance.seq for instance in instances],
                [seq for seq, _ in deleted],
            )
            if len(rows) == limit
        ]
        complete = min(full, default=last)
        return Changes(
            seq=complete,
            jobs=[job for job in jobs if job.seq <= complete],
            instances=[instance for instance in instances if instance.seq <= complete],
            deleted=[job_id for seq, job_id in deleted if seq <= complete],
            more=bool(full),
            now=time.time(),
        )

    def events(self, job_id: str, after: int = 0, limit: int = MAX_PAGE) -> EventPage:
        """A job's history after a ``seq``, oldest first.

        Raises:
            BadInput: ``limit`` is not from 1 to 200.
            JobNotFound: there is no such job.
        """
        _check_limit(limit)
        Jobs(self._database).get(job_id)
        rows = self._database.read(
            "SELECT seq, at, kind, data FROM events WHERE job_id = ? AND seq > ? "
            "ORDER BY seq LIMIT ?",
            (job_id, after, limit + 1),
        )
        events = [
            JobEvent(seq=seq, at=at, job_id=job_id, kind=kind, data=msgspec.json.decode(data))
            for seq, at, kind, data in rows[:limit]
        ]
        return EventPage(events=events, more=len(rows) > limit)

    def epochs(self, job_id: str, after: int = 0, limit: int = MAX_PAGE) -> EpochPage:
        """A job's ended epochs after one of them, in order.

        Raises:
            BadInput: ``limit`` is not from 1 to 200.
            JobNotFound: there is no such job.
        """
        _check_limit(limit)
        Jobs(self._database).get(job_id)
        rows = self._database.read(
            "SELECT epoch, metrics, weights_hash, ended_at FROM epochs "
            "WHERE job_id = ? AND epoch > ? ORDER BY epoch LIMIT ?",
            (job_id, after, limit + 1),
        )
        epochs = [
            Epoch(
                epoch=epoch,
                metrics=wire_metrics(msgspec.msgpack.decode(metrics, type=dict[str, float])),
                weights_hash=weights_hash,
                ended_at=ended_at,
            )
            for epoch, metrics, weights_hash, ended_at in rows[:limit]
        ]
        return EpochPage(epochs=epochs, more=len(rows) > limit)

    def timeline(self, job_id: str, char_type: ChartType = ChartType.FUNNEL) -> Timeline:
        """Where a job's time went so far.

        Raises:
            JobNotFound: there is no such job.
        """
        with self._database.snapshot():
            job = Jobs(self._database).get(job_id)
            rows = self._database.read(
                "SELECT name, started_at, ended_at, attempt FROM periods WHERE job_id = ? "
                "ORDER BY attempt",
                (job_id,),
            )
        periods = [
            Period(name=PeriodName(name), start=start, end=end, attempt=attempt)
            for name, start, end, attempt in rows
        ]
        return Timeline(
            job_id=job_id,
            description=job.description,
            status=job.status,
            substatus=job.substatus,
            reason=job.reason,
            char_type=char_type,
            created_at=min([job.created_at, *(period.start for period in periods)]),
            ended_at=job.ended_at,
            as_of=time.time(),
            periods=sorted(periods, key=lambda period: _PERIOD_ORDER[period.name]),
            reason_kind=job.reason_kind,
        )

    def card(self, job_id: str) -> JobCard:
        """What a job's card shows, before its texts are cut to size.

        Raises:
            JobNotFound: there is no such job.
        """
        return read_card(self._database, job_id)

    def cooling_starts(self, machine_id: str) -> list[float]:
        """How many seconds cooling instances of a machine took to be ready, the newest first.

        That is from the moment a job claimed one until its worker took commands. Only this
        user's own jobs that COMPLETED count.
        """
        rows = self._database.read(
            "SELECT s.ended_at - c.started_at FROM "
            "(SELECT job_id, number, machine_id, is_foreign FROM jobs WHERE status = 'COMPLETED' "
            "ORDER BY number DESC LIMIT ?) j "
            "JOIN periods c ON c.job_id = j.job_id AND c.name = ? "
            "JOIN periods s ON s.job_id = j.job_id AND s.name = ? "
            "WHERE j.machine_id = ? AND j.is_foreign = 0 "
            "AND c.attempt = 1 AND s.attempt = 1 AND NOT EXISTS "
            "(SELECT 1 FROM periods g WHERE g.job_id = j.job_id AND g.name = ?) "
            "ORDER BY j.number DESC LIMIT ?",
            (
                MAX_JOBS_SEARCHED,
                PeriodName.INSTANCE_CONNECT,
                PeriodName.SERVER_SETUP,
                machine_id,
                PeriodName.ENV_GEAR_UP,
                MAX_STARTS,
            ),
        )
        return [row[0] for row in rows]


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MAX_PAGE:
        raise BadInput(f"limit must be from 1 to {MAX_PAGE}, not {limit}.", "limit")
