"""The moves of a job and its instance, each one write, each checked against the table.

Only a job's runner calls these, and the reaper in place of a runner that died.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import msgspec

from aibro.errors import InstanceNotFound, JobNotFound
from aibro.models import (
    Environment,
    InstanceStatus,
    InstanceSubstatus,
    JobStatus,
    JobSubstatus,
    Machine,
    Market,
    PeriodName,
    ReasonKind,
    Record,
    Verdict,
)
from aibro.store.database import Database, Row, Transaction
from aibro.transitions import ENDED, check_instance, check_job


class Slots(Record):
    """The answer to a job that asks to begin."""

    granted: bool
    active: int
    ahead: int
    """Jobs that asked before this one and still wait."""


class Ending(Record):
    """How a job ends."""

    substatus: JobSubstatus
    reason: str | None = None
    kind: ReasonKind | None = None
    traceback: str | None = None
    failure: str | None = None
    """For a failure in training: what a replay has to repeat, as JSON."""


class Lifecycle:
    """Writes of the runner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- a job's way to an instance -------------------------------------------------------------

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

    def _slots(self, one: Callable[..., Row | None], job_id: str, limit: int) -> Slots:
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

    def claim(self, job_id: str, machine_id: str, environment_key: str, cool_s: float) -> str | None:
        """Take a cooling instance that fits, atomically: of two jobs one gets it.

        Returns:
            The instance's id, or ``None`` when none is cooling. The job is CONNECTING SERVER then.
        """
        with self._database.write() as write:
            row = write.one(
                "SELECT instance_id FROM instances WHERE status = 'COOLING' AND machine_id = ? "
                "AND environment_key = ? AND close_requested = 0 AND cooling_until > ? "
                "ORDER BY cooling_until DESC LIMIT 1",
                (machine_id, environment_key, write.now),
            )
            if row is None:
                return None
            instance_id = str(row[0])
            self._move_job(write, job_id, JobSubstatus.CONNECTING_SERVER, note="")
            self._move_instance(write, instance_id, InstanceStatus.LAUNCHING)
            write.execute(
                "UPDATE instances SET job_id = ?, cool_down_period_s = ?, cooling_until = NULL "
                "WHERE instance_id = ?",
                (job_id, cool_s, instance_id),
            )
            write.execute(
                "UPDATE jobs SET instance_id = ?, machine_id = ? WHERE job_id = ?",
                (instance_id, machine_id, job_id),
            )
        return instance_id

    def launch(
        self,
        job_id: str,
        machine: Machine,
        instance_id: str,
        environment_key: str,
        cool_s: float,
        limit: int,
    ) -> bool:
        """Put down a new instance, LAUNCHING, if fewer than ``limit`` exist.

        Where the limit is reached and one only cools, that one is asked to close.

        Returns:
            False at the limit; else the job is CONNECTING SERVER now.
        """
        with self._database.write() as write:
            row = write.one("SELECT count(*) FROM instances WHERE status != 'CLOSED'")
            if row is not None and row[0] >= limit:
                write.execute(
                    "UPDATE instances SET close_requested = 1, seq = ? WHERE instance_id = "
                    "(SELECT instance_id FROM instances WHERE status = 'COOLING' "
                    "ORDER BY close_requested DESC, cooling_until LIMIT 1)",
                    (write.seq,),
                )
                return False
            self._move_job(write, job_id, JobSubstatus.CONNECTING_SERVER, note="")
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
            write.execute(
                "UPDATE jobs SET instance_id = ?, machine_id = ? WHERE job_id = ?",
                (instance_id, machine.machine_id, job_id),
            )
        return True

    def give_up_instance(self, job_id: str) -> None:
        """The instance does not answer: back to REQUESTING SERVER, the instance CLOSING."""
        with self._database.write() as write:
            instance_id = self._instance_of(write, job_id)
            if instance_id is not None:
                self._move_instance(write, instance_id, InstanceStatus.CLOSING)
            self._move_job(write, job_id, JobSubstatus.REQUESTING_SERVER, note="")
            write.execute(
                "UPDATE jobs SET instance_id = NULL, machine_id = NULL WHERE job_id = ?", (job_id,)
            )

    def set_handle(self, instance_id: str, handle: Mapping[str, str | int | float]) -> None:
        """Keep how to reach, and how to end, an instance."""
        with self._database.write() as write:
            write.execute(
                "UPDATE instances SET handle = ?, seq = ? WHERE instance_id = ?",
                (msgspec.json.encode(handle).decode(), write.seq, instance_id),
            )

    # --- a job's way through its statuses -------------------------------------------------------

    def proceed(self, job_id: str, substatus: JobSubstatus, note: str = "") -> None:
        """Move to the next substatus; an instance that begins to train is EXECUTING from then."""
        with self._database.write() as write:
            self._move_job(write, job_id, substatus, note)
            instance_id = self._instance_of(write, job_id)
            if substatus is JobSubstatus.TRAINING and instance_id is not None:
                self._move_instance(write, instance_id, InstanceStatus.EXECUTING)

    def note(self, job_id: str, note: str) -> None:
        """Say in plain words what the job waits for."""
        with self._database.write() as write:
            changed = write.execute(
                "UPDATE jobs SET note = ?, seq = ? WHERE job_id = ? AND note != ? RETURNING 1",
                (note, write.seq, job_id, note),
            )
            if changed:
                write.event("note", job_id, {"note": note})

    def period(self, job_id: str, name: PeriodName, start: float, end: float | None) -> None:
        """Open a period, or close it with what was measured."""
        with self._database.write() as write:
            if end is not None:
                # The wall clock may be set back while a period runs; it is never negative.
                end = max(start, end)
            write.execute(
                "INSERT INTO periods VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET started_at = excluded.started_at, ended_at = excluded.ended_at",
                (job_id, name, start, end),
            )
            _touch(write, job_id)

    def progress(
        self,
        job_id: str,
        *,
        batch: int,
        batches: int | None,
        metrics: Mapping[str, float],
    ) -> None:
        """The running epoch's batches and latest metrics."""
        with self._database.write() as write:
            write.execute(
                "UPDATE jobs SET batch = ?, batches = ?, metrics = ?, seq = ? WHERE job_id = ?",
                (batch, batches, _metrics_json(metrics), write.seq, job_id),
            )

    def epoch(
        self,
        job_id: str,
        epoch: int,
        metrics: Mapping[str, float],
        weights_hash: str | None,
        ended_at: float,
    ) -> None:
        """An epoch (from 1) has ended with exactly these metrics."""
        with self._database.write() as write:
            write.execute(
                "INSERT OR REPLACE INTO epochs VALUES (?, ?, ?, ?, ?)",
                (job_id, epoch, msgspec.msgpack.encode(dict(metrics)), weights_hash, ended_at),
            )
            text = _metrics_json(metrics)
            write.event("epoch", job_id, {"epoch": epoch, "metrics": msgspec.json.decode(text)})
            write.execute(
                "UPDATE jobs SET epoch = ?, batch = 0, metrics = ?, seq = ? WHERE job_id = ?",
                (epoch, text, write.seq, job_id),
            )

    def environment(self, job_id: str, environment: Environment) -> None:
        """Keep where a recorded job runs."""
        with self._database.write() as write:
            write.execute(
                "UPDATE jobs SET environment = ? WHERE job_id = ?",
                (msgspec.json.encode(environment).decode(), job_id),
            )

    def finish(
        self,
        job_id: str,
        ending: Ending,
        *,
        cool_s: float = 0,
        instance_gone: bool = False,
        verdict: Verdict | None = None,
    ) -> None:
        """End a job and, in the same write, let its instance cool or close.

        Args:
            cool_s: seconds to hold the instance; not positive closes it.
            instance_gone: nothing of the instance is left: it is CLOSED at once.
            verdict: what a replay showed.
        """
        with self._database.write() as write:
            row = write.one("SELECT status FROM jobs WHERE job_id = ?", (job_id,))
            if row is None or JobStatus(row[0]) in ENDED:
                return
            if verdict is not None:
                self._keep_verdict(write, job_id, verdict)
            instance_id = self._instance_of(write, job_id)
            self._move_job(write, job_id, ending.substatus, note="", reason=ending.reason)
            write.execute(
                "UPDATE jobs SET reason = ?, reason_kind = ?, traceback = ?, failure = ?, "
                "ended_at = ?, slot_at = NULL WHERE job_id = ?",
                (ending.reason, ending.kind, ending.traceback, ending.failure, write.now, job_id),
            )
            write.execute(
                "UPDATE periods SET ended_at = max(started_at, ?) "
                "WHERE job_id = ? AND ended_at IS NULL",
                (write.now, job_id),
            )
            if instance_id is not None:
                self._let_go(write, instance_id, 0 if instance_gone else cool_s)
                if instance_gone:
                    self._move_instance(write, instance_id, InstanceStatus.CLOSED)

    # --- an instance's end ----------------------------------------------------------------------

    def begin_closing(self, instance_id: str, job_id: str) -> bool:
        """A cooling instance of ``job_id`` begins to close; false when another job claimed it."""
        with self._database.write() as write:
            row = write.one(
                "SELECT job_id, status FROM instances WHERE instance_id = ?", (instance_id,)
            )
            if row is None or row[0] != job_id or row[1] != InstanceStatus.COOLING.value:
                return False
            self._move_instance(write, instance_id, InstanceStatus.CLOSING)
            return True

    def closed(self, instance_id: str) -> None:
        """Nothing of a closing instance runs any more."""
        with self._database.write() as write:
            row = write.one("SELECT status FROM instances WHERE instance_id = ?", (instance_id,))
            if row is None or row[0] == InstanceStatus.CLOSED.value:
                return
            if row[0] != InstanceStatus.CLOSING.value:
                self._move_instance(write, instance_id, InstanceStatus.CLOSING)
            self._move_instance(write, instance_id, InstanceStatus.CLOSED)

    # --- parts of a write -----------------------------------------------------------------------

    def _keep_verdict(self, write: Transaction, job_id: str, verdict: Verdict) -> None:
        write.event("verdict", job_id, {"verdict": verdict.verdict.value})
        write.execute(
            "UPDATE jobs SET verdict = ?, verdict_record = ? WHERE job_id = ?",
            (verdict.verdict, msgspec.json.encode(verdict).decode(), job_id),
        )

    def _let_go(self, write: Transaction, instance_id: str, cool_s: float) -> None:
        if cool_s <= 0:
            self._move_instance(write, instance_id, InstanceStatus.CLOSING)
            return
        self._move_instance(write, instance_id, InstanceStatus.COOLING)
        write.execute(
            "UPDATE instances SET cooling_until = ?, cool_down_period_s = ? WHERE instance_id = ?",
            (write.now + cool_s, cool_s, instance_id),
        )

    def _move_job(
        self,
        write: Transaction,
        job_id: str,
        new: JobSubstatus,
        note: str,
        reason: str | None = None,
    ) -> None:
        row = write.one("SELECT substatus FROM jobs WHERE job_id = ?", (job_id,))
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        status = check_job(JobSubstatus(row[0]), new)
        data = {"status": status.value, "substatus": new.value}
        write.event("status", job_id, data if reason is None else {**data, "reason": reason})
        write.execute(
            "UPDATE jobs SET status = ?, substatus = ?, note = ?, seq = ? WHERE job_id = ?",
            (status, new, note, write.seq, job_id),
        )

    def _move_instance(self, write: Transaction, instance_id: str, new: InstanceStatus) -> None:
        row = write.one(
            "SELECT status, market FROM instances WHERE instance_id = ?", (instance_id,)
        )
        if row is None:
            raise InstanceNotFound(f"There is no instance {instance_id}.")
        substatus = check_instance(InstanceStatus(row[0]), new, Market(row[1]))
        closed = write.now if new is InstanceStatus.CLOSED else None
        write.execute(
            "UPDATE instances SET status = ?, substatus = ?, closed_at = ?, seq = ? "
            "WHERE instance_id = ?",
            (new, substatus, closed, write.seq, instance_id),
        )

    def _instance_of(self, write: Transaction, job_id: str) -> str | None:
        row = write.one("SELECT instance_id FROM jobs WHERE job_id = ?", (job_id,))
        return str(row[0]) if row and row[0] else None


def _touch(write: Transaction, job_id: str) -> None:
    write.execute("UPDATE jobs SET seq = ? WHERE job_id = ?", (write.seq, job_id))


def _metrics_json(metrics: Mapping[str, float]) -> str:
    plain = {name: value if math.isfinite(value) else None for name, value in metrics.items()}
    return msgspec.json.encode(plain).decode()
