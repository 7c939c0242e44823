"""A job's way to an instance: a slot, then a cooling instance or a new one, each in turn.

Only a job's runner calls these. What is refused writes nothing but, once, that the job waits: a
queue of waiting runners does not wake itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from aibro.machines.spec import MachineSpec
from aibro.models import InstanceStatus, InstanceSubstatus, JobSubstatus, Record
from aibro.store.database import Database, Row, Transaction
from aibro.store.moves import instance_of, move_instance, move_job, record_instance

KEPT_REQUESTS = 200
"""Of each machine, for its statistics."""

_AHEAD = (
    "(SELECT count(*) FROM jobs WHERE status = 'QUEUING' AND {what} "
    "AND cancel_requested = 0 AND number < (SELECT number FROM jobs WHERE job_id = :job_id))"
)
_FITTING = (
    "SELECT instance_id FROM instances WHERE status = 'COOLING' AND machine_id = :machine_id "
    "AND environment_key = :key AND close_requested = 0 AND cooling_until > unixepoch('subsec') "
    # Those that wait longer for the same kind have the first choice.
    f"ORDER BY cooling_until DESC LIMIT 1 OFFSET {_AHEAD.format(what='waits_for = :waits_for')}"
)
_REQUESTED = (
    "SELECT count(*) FROM jobs WHERE status = 'QUEUING' AND waits_at = 'request' "
    "AND job_id != :job_id"
)
_OPEN = (
    "SELECT count(*) used, count(*) FILTER (WHERE status = 'CLOSING' OR close_requested = 1) "
    "closing FROM instances WHERE status != 'CLOSED'"
)
_SAME = "substr(waits_for, 1, length(:machine_id) + 1) = :machine_id || ' '"
_AHEAD_OF_ALL = _AHEAD.format(what="waits_at = 'instances'")
_AHEAD_OF_MACHINE = _AHEAD.format(what=f"waits_at != 'request' AND {_SAME}")
_ALL = f"SELECT used + ({_REQUESTED}), closing, {_AHEAD_OF_ALL} FROM ({_OPEN})"
"""Of all instances: those there are or are asked for, those that close, jobs that asked before."""
_OF_MACHINE = (
    f"SELECT used + ({_REQUESTED} AND {_SAME}), closing, {_AHEAD_OF_MACHINE} "
    f"FROM ({_OPEN} AND machine_id = :machine_id)"
)
"""The same of one machine."""


class Slots(Record, frozen=True):
    """The answer to a job that asks to begin."""

    granted: bool
    active: int
    ahead: int
    """Jobs that asked before this one and still wait."""


class Limit(Record, frozen=True):
    """A limit that a new instance would exceed."""

    kind: str
    """``instances``, of all (``max_active_instances``), or ``capacity``, of its machine."""
    most: int
    ahead: int
    """Jobs that asked before this one and still wait."""
    full: bool
    """As many as that are there; else others wait for the room before this job."""
    closes: bool
    """Enough of them close for those that wait."""


class Admission:
    """Grants slots and instances, in the order of the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_slot(self, job_id: str, limit: int) -> Slots:
        """Become active if fewer than ``limit`` jobs are and nobody asked before."""
        slots = self._slots(self._database.read_one, job_id, limit)
        if slots.granted:
            # Looked at again inside the write: several jobs may have seen the same free slot.
            with self._database.write() as write:
                slots = self._slots(write.one, job_id, limit)
                if slots.granted:
                    write.execute(
                        "UPDATE jobs SET slot_at = ? WHERE job_id = ?", (write.now, job_id)
                    )
        return slots

    def claim(
        self, job_id: str, machine_id: str, environment_key: str, cool_s: float
    ) -> str | None:
        """Take a cooling instance that fits, atomically: of two jobs one gets it.

        Args:
            environment_key: what job and instance have to have in common.
            cool_s: seconds the job wants it held afterwards.

        Returns:
            The instance's id, or ``None`` when none is cooling. The job is CONNECTING SERVER then.
        """
        wanted = {
            "job_id": job_id,
            "machine_id": machine_id,
            "key": environment_key,
            "waits_for": f"{machine_id} {environment_key}",
        }
        if self._database.read_one(_FITTING, wanted) is None:
            return None
        with self._database.write() as write:
            row = write.one(_FITTING, wanted)
            if row is None:
                return None
            instance_id = str(row[0])
            write.execute(
                "UPDATE instances SET job_id = ?, cool_down_period_s = ?, cooling_until = NULL "
                "WHERE instance_id = ?",
                (job_id, cool_s, instance_id),
            )
            self._connect(write, job_id, instance_id, machine_id)
            move_instance(write, instance_id, InstanceStatus.LAUNCHING)
        return instance_id

    def reserve(
        self, job_id: str, machine: MachineSpec, environment_key: str, limit: int
    ) -> Limit | None:
        """Keep room for a new instance while its machine is asked for, if there is room.

        Where a limit is reached the job has its place in the queue from then on, and of those
        instances that only cool one is asked to close for each job that waits.

        Returns:
            The limit that is reached; ``None`` when the room is the job's until `launch` or
            `withdraw`.
        """
        wanted = _wanted(job_id, machine, environment_key)
        reached = self._reached(self._database.read_one, wanted, machine, limit)
        if reached is not None and self._waits(wanted, reached):
            return reached
        with self._database.write() as write:
            if reached is None:
                # Looked at again inside the write: several jobs may have seen the same room.
                reached = self._reached(write.one, wanted, machine, limit)
            at = "request" if reached is None else reached.kind
            write.execute(
                "UPDATE jobs SET waits_for = :waits_for, waits_at = :at WHERE job_id = :job_id "
                "AND (waits_for IS NOT :waits_for OR waits_at IS NOT :at)",
                {**wanted, "at": at},
            )
            if reached is not None:
                self._make_room(write, wanted, reached)
        return reached

    def withdraw(self, job_id: str) -> None:
        """The machine is not asked for any more."""
        with self._database.write() as write:
            write.execute(
                "UPDATE jobs SET waits_for = NULL, waits_at = NULL WHERE job_id = ?", (job_id,)
            )

    def requested(self, machine_id: str, outcome: str, waited_s: float) -> None:
        """Keep what came of asking for a machine.

        Args:
            outcome: ``granted``, ``late``, ``impossible`` or ``failed``.
        """
        with self._database.write() as write:
            write.execute(
                "INSERT INTO requests (machine_id, outcome, waited_s, at) VALUES (?, ?, ?, ?)",
                (machine_id, outcome, waited_s, write.now),
            )
            write.execute(
                "DELETE FROM requests WHERE machine_id = ? AND number <= (SELECT number FROM "
                "requests WHERE machine_id = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
                (machine_id, machine_id, KEPT_REQUESTS),
            )

    def can_claim(self, job_id: str, machine_id: str, environment_key: str) -> bool:
        """Whether an instance cools that `claim` would give."""
        wanted = {
            "job_id": job_id,
            "machine_id": machine_id,
            "key": environment_key,
            "waits_for": f"{machine_id} {environment_key}",
        }
        return self._database.read_one(_FITTING, wanted) is not None

    def launch(
        self,
        job_id: str,
        machine: MachineSpec,
        instance_id: str,
        environment_key: str,
        cool_s: float,
        limit: int,
    ) -> bool:
        """Put down a new instance, LAUNCHING, if fewer than ``limit`` exist and nobody is ahead.

        Returns:
            False at the limit; else the job is CONNECTING SERVER now.
        """
        wanted = _wanted(job_id, machine, environment_key)
        with self._database.write() as write:
            if self._reached(write.one, wanted, machine, limit) is not None:
                return False
            write.execute(
                "INSERT INTO instances (instance_id, seq, machine_id, engine, market, "
                "environment_key, status, substatus, job_id, cool_down_period_s, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    instance_id,
                    write.seq,
                    machine.machine_id,
                    machine.engine,
                    machine.market,
                    environment_key,
                    InstanceStatus.LAUNCHING,
                    InstanceSubstatus.NONE,
                    job_id,
                    cool_s,
                    write.now,
                ),
            )
            self._connect(write, job_id, instance_id, machine.machine_id)
            record_instance(
                write, job_id, instance_id, InstanceStatus.LAUNCHING, InstanceSubstatus.NONE
            )
        return True

    def give_up_instance(self, job_id: str) -> None:
        """The instance does not answer: back to REQUESTING SERVER, the instance CLOSING."""
        with self._database.write() as write:
            instance_id = instance_of(write, job_id)
            if instance_id is not None:
                move_instance(write, instance_id, InstanceStatus.CLOSING)
            move_job(write, job_id, JobSubstatus.REQUESTING_SERVER)
            write.execute(
                "UPDATE jobs SET instance_id = NULL, machine_id = NULL WHERE job_id = ?", (job_id,)
            )

    def set_handle(self, instance_id: str, handle: Mapping[str, str | int | float]) -> None:
        """Keep how to reach, and how to end, an instance."""
        with self._database.write() as write:
            write.execute(
                "UPDATE instances SET handle = ? WHERE instance_id = ?",
                (msgspec.json.encode(handle).decode(), instance_id),
            )

    @staticmethod
    def _slots(one: Callable[..., Row | None], job_id: str, limit: int) -> Slots:
        row = one(
            "SELECT count(*) FILTER (WHERE slot_at IS NOT NULL), "
            "count(*) FILTER (WHERE slot_at IS NULL AND cancel_requested = 0 AND number < "
            "(SELECT number FROM jobs WHERE job_id = ?)) "
            "FROM jobs WHERE status IN ('QUEUING', 'TRAINING')",
            (job_id,),
        )
        assert row is not None
        active, ahead = int(row[0]), int(row[1])
        return Slots(granted=active < limit and ahead == 0, active=active, ahead=ahead)

    @staticmethod
    def _reached(
        one: Callable[..., Row | None],
        wanted: Mapping[str, str],
        machine: MachineSpec,
        limit: int,
    ) -> Limit | None:
        """The limit that is in the way of one more instance; that of all instances first."""
        for kind, most, counts in (
            ("instances", limit, _ALL),
            ("capacity", machine.capacity, _OF_MACHINE),
        ):
            if most is None:
                continue
            row = one(counts, wanted)
            assert row is not None
            used, closing, ahead = map(int, row)
            if used + ahead >= most:
                return Limit(
                    kind=kind,
                    most=most,
                    ahead=ahead,
                    full=used >= most,
                    closes=closing > ahead,
                )
        return None

    def _waits(self, wanted: Mapping[str, str], reached: Limit) -> bool:
        """Whether the job waits for this already, and no instance has to be asked to close."""
        row = self._database.read_one(
            "SELECT 1 FROM jobs WHERE job_id = :job_id AND waits_for = :waits_for "
            "AND waits_at = :kind",
            {**wanted, "kind": reached.kind},
        )
        return row is not None and (not reached.full or reached.closes or not self._coolers())

    def _coolers(self) -> bool:
        row = self._database.read_one(
            "SELECT 1 FROM instances WHERE status = 'COOLING' AND close_requested = 0 LIMIT 1"
        )
        return row is not None

    @staticmethod
    def _make_room(write: Transaction, wanted: Mapping[str, str], reached: Limit) -> None:
        if not reached.full or reached.closes:
            return
        of = "" if reached.kind == "instances" else "AND machine_id = :machine_id "
        write.execute(
            "UPDATE instances SET close_requested = 1, seq = :seq WHERE instance_id = "
            "(SELECT instance_id FROM instances WHERE status = 'COOLING' AND close_requested = 0 "
            f"{of}ORDER BY cooling_until LIMIT 1)",
            {**wanted, "seq": write.seq},
        )

    @staticmethod
    def _connect(write: Transaction, job_id: str, instance_id: str, machine_id: str) -> None:
        move_job(write, job_id, JobSubstatus.CONNECTING_SERVER)
        write.execute(
            "UPDATE jobs SET instance_id = ?, machine_id = ?, waits_for = NULL, "
            "waits_at = NULL WHERE job_id = ?",
            (instance_id, machine_id, job_id),
        )


def _wanted(job_id: str, machine: MachineSpec, environment_key: str) -> dict[str, str]:
    return {
        "job_id": job_id,
        "machine_id": machine.machine_id,
        "waits_for": f"{machine.machine_id} {environment_key}",
    }
