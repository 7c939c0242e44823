"""The table of instances, and what people ask of a cooling one: to stay longer, or to close."""

from __future__ import annotations

import math
import re
import secrets
import time

import msgspec

from aibro.errors import BadInput, InstanceNotCooling, InstanceNotFound
from aibro.models import Instance, InstanceList, InstanceStatus, InstanceSubstatus, Market, Record
from aibro.store.database import Database, Row

INSTANCE_ID = re.compile(r"i-[0-9a-f]{10}")
MAX_EXTENSION_S = 7 * 24 * 3600
_COLUMNS = (
    "i.instance_id, i.seq, i.machine_id, i.market, i.status, i.substatus, i.job_id, "
    "coalesce(j.description, ''), coalesce(j.recorded = 1 OR j.replay_of IS NOT NULL, 0), "
    "i.cool_down_period_s, i.cooling_until, i.created_at, i.closed_at"
)
_FROM = "instances i LEFT JOIN jobs j ON j.job_id = i.job_id"


class Owned(Record, frozen=True):
    """An instance with what its runner and the reaper need of it, and nobody else."""

    instance_id: str
    engine: str
    market: Market
    status: InstanceStatus
    job_id: str | None
    handle: dict[str, str | int | float]
    cooling_until: float | None
    close_requested: bool


class Pending(Record, frozen=True):
    """An instance whose machine is asked for and not granted yet."""

    job_id: str
    instance_id: str
    engine: str


class Instances:
    """The table of instances."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def new_id() -> str:
        """A fresh instance id."""
        return "i-" + secrets.token_hex(5)

    def get(self, instance_id: str) -> Instance:
        """One instance.

        Raises:
            InstanceNotFound: there is none of that id.
        """
        if INSTANCE_ID.fullmatch(instance_id):
            row = self._database.read_one(
                f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.instance_id = ?", (instance_id,)
            )
            if row is not None:
                return instance_from_row(row)
        raise InstanceNotFound(f"There is no instance {instance_id[:40]!r}.")

    def open(self) -> InstanceList:
        """All instances that are not closed, newest first."""
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.status != 'CLOSED' ORDER BY i.created_at DESC"
        )
        return InstanceList(instances=[instance_from_row(row) for row in rows], now=time.time())

    def owned(self, instance_id: str) -> Owned:
        """An instance with what its runner needs."""
        rows = self._owned("instance_id = ?", (instance_id,))
        if not rows:
            raise InstanceNotFound(f"There is no instance {instance_id!r}.")
        return rows[0]

    def open_owned(self) -> list[Owned]:
        """All instances that are not closed, for the reaper."""
        return self._owned("status != 'CLOSED'", ())

    def pending(self, job_id: str | None = None) -> list[Pending]:
        """Instances whose machines are asked for, of one job or of all; for the reaper."""
        rows = self._database.read(
            "SELECT job_id, instance_id, engine FROM pending_instances WHERE ?1 IS NULL OR "
            "job_id = ?1",
            (job_id,),
        )
        return [Pending(job_id=row[0], instance_id=row[1], engine=row[2]) for row in rows]

    def extend(self, instance_id: str, seconds: float) -> Instance:
        """Hold a cooling instance longer.

        Args:
            seconds: added to its countdown; more than 0, at most a week.

        Raises:
            BadInput: ``seconds`` is out of range.
            InstanceNotFound: there is none of that id.
            InstanceNotCooling: it is not cooling, or is about to close.
        """
        if not (math.isfinite(seconds) and 0 < seconds <= MAX_EXTENSION_S):
            raise BadInput("seconds must be more than 0 and at most a week (604800).", "seconds")
        self.get(instance_id)
        with self._database.write() as write:
            changed = write.execute(
                "UPDATE instances SET cooling_until = cooling_until + ?, "
                "cool_down_period_s = cool_down_period_s + ?, seq = ? "
                "WHERE instance_id = ? AND status = 'COOLING' AND close_requested = 0 "
                "RETURNING instance_id",
                (seconds, seconds, write.seq, instance_id),
            )
            if not changed:
                raise InstanceNotCooling(
                    f"Instance {instance_id} is not cooling; only a cooling one can be extended."
                )
        return self.get(instance_id)

    def request_close(self, instance_id: str) -> Instance:
        """End a cooling instance now.

        Raises:
            InstanceNotFound: there is none of that id.
            InstanceNotCooling: it works for a job (cancel that), or is closed already.
        """
        self.get(instance_id)
        with self._database.write() as write:
            changed = write.execute(
                "UPDATE instances SET close_requested = 1, seq = ? "
                "WHERE instance_id = ? AND status = 'COOLING' RETURNING instance_id",
                (write.seq, instance_id),
            )
            if not changed:
                raise InstanceNotCooling(
                    f"Instance {instance_id} is not cooling. Cancel its job to end it while it "
                    "works."
                )
        return self.get(instance_id)

    def _owned(self, where: str, values: tuple[str, ...]) -> list[Owned]:
        rows = self._database.read(
            "SELECT instance_id, engine, market, status, job_id, handle, cooling_until, "
            f"close_requested FROM instances WHERE {where}",
            values,
        )
        return [
            Owned(
                instance_id=row[0],
                engine=row[1],
                market=Market(row[2]),
                status=InstanceStatus(row[3]),
                job_id=row[4],
                handle=msgspec.json.decode(row[5]),
                cooling_until=row[6],
                close_requested=bool(row[7]),
            )
            for row in rows
        ]


def instance_from_row(row: Row) -> Instance:
    """The record of a row of `_COLUMNS`."""
    return Instance(
        instance_id=row[0],
        seq=row[1],
        machine_id=row[2],
        market=Market(row[3]),
        status=InstanceStatus(row[4]),
        substatus=InstanceSubstatus(row[5]),
        job_id=row[6],
        description=row[7],
        deterministic=bool(row[8]),
        cool_down_period_s=row[9],
        cooling_until=row[10],
        created_at=row[11],
        closed_at=row[12],
    )


def changed_instances(database: Database, after: int, limit: int) -> list[Instance]:
    """Instances touched after ``after``, in the order of their ``seq``."""
    rows = database.read(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.seq > ? ORDER BY i.seq LIMIT ?", (after, limit)
    )
    return [instance_from_row(row) for row in rows]
