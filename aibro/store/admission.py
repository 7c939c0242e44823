"""How a job gets an instance: first a slot, then a cooling instance or a new one, in job order.

Only a job's runner calls these methods. A refused request writes at most once, to record that the
job waits. If every refusal wrote, each waiting runner would wake all the others.
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
    # Earlier jobs that wait for the same kind of instance choose first.
    f"ORDER BY cooling_until DESC LIMIT 1 OFFSET {AHEAD.format(what='waits_for = :waits_for')}"
)


class Slots(Record, frozen=True):
    """The answer to a job that asks for a slot."""

    granted: bool
    active: int
    """Jobs that hold a slot now."""
    ahead: int
    """Earlier jobs that still wait for a slot."""


class Admission:
    """Grants slots and instances in the order in which the jobs were created."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_slot(self, job_id: str, limit: int) -> Slots:
        """Take a slot if fewer than ``limit`` jobs are active and no earlier job waits.

        Args:
            limit: the most jobs that may be active at the same time.
        """
        slots = self._slots(self._database.read_one, job_id, limit)
        if slots.granted:
            # Check again inside the write: several jobs may have seen the same free slot.
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
        """Take a cooling instance that fits the job, atomically: two jobs never get the same one.

        On success the job moves to CONNECTING SERVER and the instance to LAUNCHING.

        Args:
            environment_key: must be the same for the job and the instance.
            cool_s: seconds to keep the instance cooling after the job.

        Returns:
            The instance's id, or ``None`` when no cooling instance fits.
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
        """Reserve room for a new instance, if there is any, before its machine is requested.

        The reservation is stored as a pending instance. If the runner dies before the machine is
        granted, whatever was started for the instance can still be found and ended. Users do not
        see a pending instance: it has no status before `launch`.

        If a limit is reached instead, the job takes its place in the queue, and one cooling
        instance is asked to close for each waiting job.

        Args:
            environment_key: must be the same for the job and the instance.
            limit: the most instances that may exist at the same time.
            instance_id: the id that the new instance will have.

        Returns:
            The limit that is reached, or ``None`` when the room is reserved. The reservation
            lasts until `launch` or `withdraw`.
        """
        wanted = wanted_instance(job_id, machine, environment_key)
        reached = reached_limit(self._database.read_one, wanted, machine, limit)
        if reached is not None and waits_already(self._database.read_one, wanted, reached):
            return reached
        with self._database.write() as write:
            if reached is None:
                # Check again inside the write: several jobs may have seen the same room.
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
        """End the job's reservation and its place in the queue, if it has them."""
        with self._database.write() as write:
            _end_pending(write, job_id)
            write.execute(
                "UPDATE jobs SET waits_for = NULL, waits_at = NULL WHERE job_id = ?", (job_id,)
            )

    def can_claim(self, job_id: str, machine_id: str, environment_key: str) -> bool:
        """Whether `claim` would find a cooling instance now."""
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
        """Store a new instance as LAUNCHING, if fewer than ``limit`` exist and no job is ahead.

        Args:
            environment_key: must be the same for the job and the instance.
            cool_s: seconds to keep the instance cooling after the job.
            limit: the most instances that may exist at the same time.

        Returns:
            True when it was stored; the job is CONNECTING SERVER then. False when a limit is
            reached.
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
        """Close an instance that does not answer; its job goes back to REQUESTING SERVER."""
        with self._database.write() as write:
            instance_id = instance_of(write, job_id)
            if instance_id is not None:
                move_instance(write, instance_id, InstanceStatus.CLOSING)
            move_job(write, job_id, JobSubstatus.REQUESTING_SERVER)
            write.execute(
                "UPDATE jobs SET instance_id = NULL, machine_id = NULL WHERE job_id = ?", (job_id,)
            )

    def set_handle(self, instance_id: str, handle: Mapping[str, str | int | float]) -> None:
        """Store an instance's handle: what its engine needs to reach and to end it."""
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
