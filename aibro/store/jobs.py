"""Jobs as rows: creating, finding, listing, and the requests people make of them."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

import msgspec

from aibro.errors import BadInput, JobEnded, JobNotEnded, JobNotFound
from aibro.models import (
    Environment,
    Job,
    JobFilter,
    JobPage,
    JobStatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
    Record,
    Verdict,
    VerdictName,
)
from aibro.store.database import Database, Row
from aibro.transitions import ENDED

JOB_ID = re.compile(r"[0-9a-f]{12}")
MAX_PAGE = 200
MAX_SEARCH = 200
MAX_NUMBER = 2**53
_COLUMNS = (
    "number, job_id, seq, description, status, substatus, note, reason, reason_kind, NULL, "
    "machine_id, instance_id, epoch, epochs, batch, batches, metrics, recorded, replay_of, "
    "verdict, cancel_requested, plan IS NULL, created_at, ended_at"
)
_ALL_COLUMNS = _COLUMNS.replace("NULL", "traceback", 1)
"""A traceback is long: only the answer about one job has it."""

_FILTERS = {
    JobFilter.ALL: "1",
    JobFilter.ACTIVE: "status IN ('QUEUING', 'TRAINING')",
    JobFilter.COMPLETED: "status = 'COMPLETED'",
    JobFilter.CANCELED: "status = 'CANCELED'",
    JobFilter.RECORDED: "recorded = 1",
}


class Submission(Record, frozen=True):
    """What the runner needs to know before model and data are there; kept with the job."""

    machine_ids: list[str]
    interpreter: str
    backend: str
    working_directory: str
    wait_request_s: float
    wait_new_job_create_s: float
    wait_new_job_create_interval: float
    cool_down_period_s: float
    directory_to_save_ckpt: str | None
    directory_to_save_log: str | None
    called_at: float
    """When the user made the call."""


class EpochRow(Record, frozen=True):
    """One ended epoch with its exact metrics."""

    epoch: int
    metrics: dict[str, float]
    weights_hash: str | None


def check_job_id(job_id: object) -> str:
    """Return ``job_id`` when it has the form of one.

    Raises:
        JobNotFound: it has not; nothing of the input is looked up.
    """
    if not isinstance(job_id, str):
        raise JobNotFound(f"A job id is a string, not {type(job_id).__name__}.")
    if not JOB_ID.fullmatch(job_id):
        shown = job_id if len(job_id) <= 40 else job_id[:40] + "…"
        raise JobNotFound(
            f"{shown!r} is not a job id; one has 12 characters of 0-9 and a-f. "
            "Job.list() shows the ids of your jobs."
        )
    return job_id


class Jobs:
    """The table of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        submission: Submission,
        *,
        job_id: str,
        description: str,
        epochs: int,
        recorded: bool,
        replay_of: str | None = None,
        plan: bytes | None = None,
        serializing_since: float | None = None,
    ) -> Job:
        """Store a new job: QUEUING, REQUESTING SERVER. Measures Job Create.

        Args:
            plan: the training, when model and data are stored already (a replay).
            serializing_since: else, when the kernel began to store them.
        """
        with self._database.write() as write:
            status, substatus = JobStatus.QUEUING.value, JobSubstatus.REQUESTING_SERVER.value
            write.event("status", job_id, {"status": status, "substatus": substatus})
            write.execute(
                "INSERT INTO jobs (job_id, seq, description, status, substatus, epochs, recorded, "
                "replay_of, submission, plan, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job_id,
                    write.seq,
                    description,
                    JobStatus.QUEUING,
                    JobSubstatus.REQUESTING_SERVER,
                    epochs,
                    recorded,
                    replay_of,
                    msgspec.json.encode(submission).decode(),
                    plan.decode() if plan is not None else None,
                    write.now,
                ),
            )
            write.execute(
                "INSERT INTO periods VALUES (?, ?, ?, ?)",
                (job_id, PeriodName.JOB_CREATE, submission.called_at, write.now),
            )
            if serializing_since is not None:
                write.execute(
                    "INSERT INTO periods VALUES (?, ?, ?, NULL)",
                    (job_id, PeriodName.SERIALIZATION, serializing_since),
                )
        return self.get(job_id)

    @staticmethod
    def new_id() -> str:
        """A fresh job id."""
        return secrets.token_hex(6)

    def submit(self, job_id: str, plan: bytes) -> None:
        """Model and data are stored: from now on the job does not need its kernel.

        Measures M&D Serialization.
        """
        with self._database.write() as write:
            write.event("submitted", job_id, {})
            write.execute(
                "UPDATE periods SET ended_at = max(started_at, ?) WHERE job_id = ? AND name = ?",
                (write.now, job_id, PeriodName.SERIALIZATION),
            )
            write.execute(
                "UPDATE jobs SET plan = ?, seq = ? WHERE job_id = ?",
                (plan.decode(), write.seq, job_id),
            )

    def get(self, job_id: str) -> Job:
        """One job.

        Raises:
            JobNotFound: there is none of that id.
        """
        row = self._database.read_one(
            f"SELECT {_ALL_COLUMNS} FROM jobs WHERE job_id = ?", (check_job_id(job_id),)
        )
        if row is None:
            raise JobNotFound(f"There is no job {job_id}. Job.list() shows the jobs there are.")
        return job_from_row(row)

    def field(self, job_id: str, name: str) -> Any:
        """One column of a job that is not on the wire (``submission``, ``plan``, ...)."""
        row = self._database.read_one(f'SELECT "{name}" FROM jobs WHERE job_id = ?', (job_id,))
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        return row[0]

    def submission(self, job_id: str) -> Submission:
        """How the job was asked for."""
        return msgspec.json.decode(self.field(job_id, "submission"), type=Submission)

    def environment(self, job_id: str) -> Environment | None:
        """Where a recorded job ran."""
        text = self.field(job_id, "environment")
        return msgspec.json.decode(text, type=Environment) if text else None

    def epochs(self, job_id: str) -> list[EpochRow]:
        """The ended epochs, in order, with every bit of their metrics."""
        rows = self._database.read(
            "SELECT epoch, metrics, weights_hash FROM epochs WHERE job_id = ? ORDER BY epoch",
            (job_id,),
        )
        return [
            EpochRow(
                epoch=epoch,
                metrics=msgspec.msgpack.decode(metrics, type=dict[str, float]),
                weights_hash=weights_hash,
            )
            for epoch, metrics, weights_hash in rows
        ]

    def verdict(self, job_id: str) -> Verdict | None:
        """The verdict of a replay that has ended."""
        text = self.field(job_id, "verdict_record")
        return msgspec.json.decode(text, type=Verdict) if text else None

    def page(
        self,
        *,
        filter_: JobFilter = JobFilter.ALL,
        search: str = "",
        newest_first: bool = True,
        cursor: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> JobPage:
        """One page of the list.

        Args:
            search: text that the description or the job id contains.
            cursor: ``next_cursor`` of the page before; wins over ``offset``.
            limit: rows, 1 to 200.

        Raises:
            BadInput: a limit, offset, cursor or search that cannot be.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise BadInput(f"limit must be from 1 to {MAX_PAGE}, not {limit}.", "limit")
        if not 0 <= offset < MAX_NUMBER:
            raise BadInput("offset must not be negative.", "offset")
        if len(search) > MAX_SEARCH:
            raise BadInput(f"search can have {MAX_SEARCH} characters at most.", "search")
        where = _FILTERS[filter_]
        values: list[Any] = []
        if search:
            where += " AND (instr(lower(description), lower(?)) OR instr(job_id, lower(?)))"
            values += [search, search]
        after = ""
        after_values: list[Any] = []
        if cursor is not None:
            after = f" AND number {'<' if newest_first else '>'} ?"
            after_values = [_decode_cursor(cursor)]
            offset = 0
        with self._database.snapshot():
            total = self._one(f"SELECT count(*) FROM jobs WHERE {where}", values)
            # Skipped rows are walked over: from the nearer end they are fewer.
            from_end = offset > total // 2
            count, skipped = limit + 1, offset
            if from_end:
                count = max(0, min(count, total - offset))
                skipped = total - offset - count
            order = "DESC" if newest_first != from_end else "ASC"
            rows = self._database.read(
                f"SELECT {_COLUMNS} FROM jobs WHERE {where}{after} "
                f"ORDER BY number {order} LIMIT ? OFFSET ?",
                [*values, *after_values, count, skipped],
            )
            if from_end:
                rows.reverse()
            seq = self._one("SELECT seq FROM clock", ())
            now = self._one("SELECT unixepoch('subsec')", ())
        more = len(rows) > limit
        rows = rows[:limit]
        return JobPage(
            jobs=[job_from_row(row) for row in rows],
            total=total,
            next_cursor=_encode_cursor(rows[-1][0]) if more else None,
            seq=seq,
            now=now,
        )

    def active_ids(self) -> list[str]:
        """Ids of all jobs that have not ended, oldest first."""
        rows = self._database.read(
            "SELECT job_id FROM jobs WHERE status IN ('QUEUING', 'TRAINING') ORDER BY number"
        )
        return [row[0] for row in rows]

    def request_cancel(
        self,
        job_id: str,
        kind: ReasonKind = ReasonKind.USER,
        reason: str = "canceled by the user",
    ) -> Job:
        """Ask the runner to cancel; the first reason given counts.

        Raises:
            JobNotFound: there is none of that id.
            JobEnded: it is over already.
        """
        check_job_id(job_id)
        with self._database.write() as write:
            row = write.one("SELECT status FROM jobs WHERE job_id = ?", (job_id,))
            if row is not None and JobStatus(row[0]) in ENDED:
                raise JobEnded(f"Job {job_id} is over already: it is {row[0]}.")
            if row is not None:
                write.event("cancel-requested", job_id, {})
                write.execute(
                    "UPDATE jobs SET cancel_requested = 1, seq = ?, "
                    "cancel_kind = coalesce(cancel_kind, ?), "
                    "cancel_reason = coalesce(cancel_reason, ?) WHERE job_id = ?",
                    (write.seq, kind, reason, job_id),
                )
        return self.get(job_id)

    def delete(self, job_id: str) -> None:
        """Forget an ended job; its files are the caller's to remove.

        Raises:
            JobNotFound: there is none of that id.
            JobNotEnded: cancel it first.
        """
        job = self.get(job_id)
        with self._database.write() as write:
            row = write.one("SELECT status FROM jobs WHERE job_id = ?", (job_id,))
            if row is None:
                return
            if JobStatus(row[0]) not in ENDED:
                raise JobNotEnded(f"Job {job_id} is {job.status}; cancel it before deleting it.")
            write.execute("DELETE FROM events WHERE job_id = ?", (job_id,))
            write.execute("DELETE FROM jobs WHERE job_id = ?", (job_id,))
            write.event("deleted", job_id, {})

    def plan(self, job_id: str) -> str | None:
        """What is trained (JSON), once model and data are stored."""
        text: str | None = self.field(job_id, "plan")
        return text

    def plans(self, *, needed: bool = False) -> list[str]:
        """The plans (JSON) of all jobs, or only those whose data is ``needed`` once more."""
        where = "recorded = 1 OR status IN ('QUEUING', 'TRAINING')" if needed else "1"
        rows = self._database.read(f"SELECT plan FROM jobs WHERE plan IS NOT NULL AND ({where})")
        return [row[0] for row in rows]

    def _one(self, sql: str, values: Any) -> Any:
        row = self._database.read_one(sql, values)
        assert row is not None
        return row[0]


def job_from_row(row: Row) -> Job:
    """The record of a row of `_COLUMNS`."""
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
    )


def changed_jobs(database: Database, after: int, limit: int) -> list[Job]:
    """Jobs touched after ``after``, in the order of their ``seq``."""
    rows = database.read(
        f"SELECT {_COLUMNS} FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [job_from_row(row) for row in rows]


def _encode_cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        number = int(base64.urlsafe_b64decode(padded.encode()).decode())
        if not 0 < number < MAX_NUMBER:
            raise ValueError(number)
        return number
    except ValueError as error:
        raise BadInput("cursor is not one that a page answered.", "cursor") from error
