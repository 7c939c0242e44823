"""Reading many jobs at a time: the pages of the list, and which jobs have not ended."""

from __future__ import annotations

import base64
from typing import Any

from aibro.errors import BadInput
from aibro.models import JobFilter, JobPage
from aibro.store.database import Database
from aibro.store.job_rows import COLUMNS, job_from_row

MAX_PAGE = 200
MAX_SEARCH = 200
MAX_NUMBER = 2**53
_FILTERS = {
    JobFilter.ALL: "1",
    JobFilter.ACTIVE: "status IN ('QUEUING', 'TRAINING')",
    JobFilter.COMPLETED: "status = 'COMPLETED'",
    JobFilter.CANCELED: "status = 'CANCELED'",
    JobFilter.RECORDED: "recorded = 1",
}


class JobListing:
    """Reads over the table of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        *,
        filter_: JobFilter = JobFilter.ALL,
        search: str = "",
        machine: str = "",
        newest_first: bool = True,
        cursor: str | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> JobPage:
        """One page of the list.

        Args:
            search: text that the description or the job id contains.
            machine: only jobs on this machine id; empty is any.
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
        if machine:
            where += " AND machine_id = ?"
            values.append(machine)
        after = ""
        after_values: list[Any] = []
        if cursor is not None:
            after = f" AND number {'<' if newest_first else '>'} ?"
            after_values = [_decode_cursor(cursor)]
            offset = 0
        with self._database.snapshot():
            total = self._one(f"SELECT count(*) FROM jobs WHERE {where}", values)
            # SQLite reads every row that is skipped, so begin at the nearer end of the list.
            from_end = offset > total // 2
            count, skipped = limit + 1, offset
            if from_end:
                count = max(0, min(count, total - offset))
                skipped = total - offset - count
            order = "DESC" if newest_first != from_end else "ASC"
            rows = self._database.read(
                f"SELECT {COLUMNS} FROM jobs WHERE {where}{after} "
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

    def plans(self, *, needed: bool = False) -> list[str]:
        """The plans (JSON) of all jobs, or only of those whose data is still ``needed``."""
        where = "recorded = 1 OR status IN ('QUEUING', 'TRAINING')" if needed else "1"
        rows = self._database.read(f"SELECT plan FROM jobs WHERE plan IS NOT NULL AND ({where})")
        return [row[0] for row in rows]

    def interpreters(self) -> list[str]:
        """The interpreters of this user's own jobs, the one used last first."""
        rows = self._database.read(
            "SELECT submission ->> '$.interpreter' FROM jobs WHERE is_foreign = 0 "
            "GROUP BY 1 ORDER BY max(number) DESC LIMIT 20"
        )
        return [row[0] for row in rows]

    def _one(self, sql: str, values: Any) -> Any:
        row = self._database.read_one(sql, values)
        assert row is not None
        return row[0]


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
