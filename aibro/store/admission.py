"""A job's way to an instance: a slot, then a cooling instance or a new one, each in turn.

Only a job's runner calls these. What is refused writes nothing but, once, that the job waits: a
queue of waiting runners does not wake itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from aibro.machine_spec import MachineSpec
from aibro.models import InstanceStatus, InstanceSubstatus, JobSubstatus, Record
from aibro.store.database import Database, Row, Transaction
from aibro.store.instance_limits import (
    AHEAD,
    Limit,
    close_one_that_cools,
    reached_limit,
    waits_already,
    wanted_instance,
)
from aibro.store.moves import instance_of, move_instance, move_job, record_instance

_FITTING = (
    "SELECT instance_id FROM instances WHERE status = 'COOLING' AND machine_id = :machine_id "
    "AND environment_key = :key AND close_requested = 0 AND cooling_until > unixepoch('subsec') "
    # Those that wait longer for the same kind have the first choice.
    f"ORDER BY cooling_until DESC LIMIT 1 OFFSET {AHEAD.format(what='waits_for = :waits_for')}"
)


class Slots(Record, frozen=True):
    """The answer to a job that asks to begin."""

    granted: bool
    active: int
    ahead: int
    """Jobs that asked before this one and still wait."""


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
        self,
        job_id: str,
        machine: MachineSpec,
        environment_key: str,
        limit: int,
        instance_id: str,
    ) -> Limit | None:
        """Keep room for a new instance while its machine is asked for, if there is room.

        The instance is on record as pending from then on, so that what has been started for it is
        found even if the runner dies before the machine is granted. Nobody is shown it: an
        instance has a status from `launch` on.

        Where a limit is reached the job has its place in the queue from then on, and of those
        instances that only cool one is asked to close for each job that waits.

        Returns:
            The limit that is reached; ``None`` when the room is the job's until `launch` or
            `withdraw`.
        """
        wanted = wanted_instance(job_id, machine, environment_key)
        reached = reached_limit(self._database.read_one, wanted, machine, limit)
        if reached is not None and waits_already(self._database.read_one, wanted, reached):
            return reached
        with self._database.write() as write:
            if reached is None:
                # Looked at again inside the write: several jobs may have seen the same room.
                reached = reached_limit(write.one, wanted, machine, limit)
            at = "request" if reached is None else reached.kind
            write.execute(
                "UPDATE jobs SET waits_for = :waits_for, waits_at = :at WHERE job_id = :job_id "
                "AND (waits_for IS NOT :waits_for OR waits_at IS NOT :at)",
                {**wanted, "at": at},
            )
            if reached is None:
                write.execute(
                    "INSERT OR REPLACE INTO pending_instances VALUES (?, ?, ?)",
                    (job_id, instance_id, machine.engine),
                )
            else:
                close_one_that_cools(write, wanted, reached)
        return reached

    def withdraw(self, job_id: str) -> None:
        """The machine is not asked for any more, and nothing is left of the request."""
        with self._database.write() as write:
            _end_pending(write, job_id)
            write.execute(
                "UPDATE jobs SET waits_for = NULL, waits_at = NULL WHERE job_id = ?", (job_id,)
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
        wanted = wanted_instance(job_id, machine, environment_key)
        with self._database.write() as write:
            if reached_limit(write.one, wanted, machine, limit) is not None:
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
            _end_pending(write, job_id)
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
    def _connect(write: Transaction, job_id: str, instance_id: str, machine_id: str) -> None:
        move_job(write, job_id, JobSubstatus.CONNECTING_SERVER)
        write.execute(
            "UPDATE jobs SET instance_id = ?, machine_id = ?, waits_for = NULL, "
            "waits_at = NULL WHERE job_id = ?",
            (instance_id, machine_id, job_id),
        )


def _end_pending(write: Transaction, job_id: str) -> None:
    write.execute("DELETE FROM pending_instances WHERE job_id = ?", (job_id,))
