"""Changes to the status of a running job, and the end of its instance. Each change is one write.

Only a job's runner calls these methods, or the reaper when the runner has died.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from aibro.models import (
    Environment,
    InstanceStatus,
    JobStatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
    Record,
    Verdict,
    Wait,
)
from aibro.store.database import Database, Transaction
from aibro.store.epochs import insert_epoch
from aibro.store.job_rows import wire_metrics
from aibro.store.moves import instance_of, move_instance, move_job
from aibro.trainings.events import EndedEpoch
from aibro.transitions import ENDED


class Ending(Record, frozen=True):
    """How a job ends."""

    substatus: JobSubstatus
    reason: str | None = None
    kind: ReasonKind | None = None
    traceback: str | None = None
    failure: str | None = None
    """The `Failure` that a replay must repeat to reproduce the issue, as JSON. A job that COMPLETED
    has one too when a callback stopped the training."""


class Lifecycle:
    """What the runner writes about its job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def proceed(self, job_id: str, substatus: JobSubstatus) -> None:
        """Move a job to its next substatus; with TRAINING, its instance becomes EXECUTING."""
        with self._database.write() as write:
            move_job(write, job_id, substatus)
            instance_id = instance_of(write, job_id)
            if substatus is JobSubstatus.TRAINING and instance_id is not None:
                move_instance(write, instance_id, InstanceStatus.EXECUTING)

    def note(self, job_id: str, note: str, wait: Wait | None = None) -> None:
        """Set what the job does or waits for now. Does not write when nothing has changed.

        Args:
            note: in plain words; empty when the status says it all.
            wait: the same information for programs, when the job waits.
        """
        values = {
            "job_id": job_id,
            "note": note,
            "wait": msgspec.json.encode(wait).decode() if wait is not None else None,
        }
        same = "note = :note AND wait IS :wait"
        if self._database.read(f"SELECT 1 FROM jobs WHERE job_id = :job_id AND {same}", values):
            return
        with self._database.write() as write:
            changed = write.execute(
                "UPDATE jobs SET note = :note, wait = :wait, seq = :seq "
                f"WHERE job_id = :job_id AND NOT ({same}) RETURNING 1",
                {**values, "seq": write.seq},
            )
            if changed:
                facts = msgspec.structs.asdict(wait) if wait is not None else {}
                write.event("note", job_id, {"note": note, **facts})

    def period(self, job_id: str, name: PeriodName, start: float, end: float | None) -> None:
        """Open a period, or store its measured start and end.

        Args:
            start: seconds since the Unix epoch.
            end: likewise; ``None`` opens the period.
        """
        with self._database.write() as write:
            if end is not None:
                # The wall clock may be set back meanwhile; a period must not be negative.
                end = max(start, end)
            write.execute(
                "INSERT INTO periods SELECT job_id, attempt, ?, ?, ? FROM jobs WHERE job_id = ? "
                "ON CONFLICT DO UPDATE "
                "SET started_at = excluded.started_at, ended_at = excluded.ended_at",
                (name, start, end, job_id),
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
        """Update the batches and metrics of the running epoch.

        Metrics that are only known at the end of an epoch, such as ``val_loss``, keep their values.

        Args:
            batch: batches ended in this epoch.
            batches: batches of an epoch, when known.
        """
        with self._database.write() as write:
            row = write.one(
                "SELECT metrics, batch = 0 AND NOT EXISTS "
                "(SELECT 1 FROM epochs WHERE job_id = jobs.job_id) FROM jobs WHERE job_id = ?",
                (job_id,),
            )
            if row is None:
                return
            latest, is_first = row
            if is_first:
                write.event("first-batches", job_id, {"batch": batch})
            shown = {**msgspec.json.decode(latest), **wire_metrics(metrics)}
            write.execute(
                "UPDATE jobs SET batch = ?, batches = ?, metrics = ?, seq = ? WHERE job_id = ?",
                (
                    batch,
                    batches,
                    msgspec.json.encode(shown).decode(),
                    write.seq,
                    job_id,
                ),
            )

    def epochs(self, job_id: str, ended: Sequence[EndedEpoch]) -> None:
        """Store ended epochs, in order, with the exact bits of their metrics.

        Args:
            ended: at least one epoch.
        """
        with self._database.write() as write:
            for epoch in ended:
                insert_epoch(write, job_id, epoch)
                metrics = wire_metrics(epoch.metrics)
                write.event("epoch", job_id, {"epoch": epoch.epoch, "metrics": metrics})
            write.execute(
                "UPDATE jobs SET epoch = ?, batch = 0, metrics = ?, seq = ? WHERE job_id = ?",
                (epoch.epoch, msgspec.json.encode(metrics).decode(), write.seq, job_id),
            )

    def restart(self, job_id: str, epoch: int, reason: str) -> None:
        """Begin a new attempt, because the job's machine was taken away.

        Args:
            epoch: the attempt continues after this epoch; later epochs are deleted. 0 starts over.
            reason: how the machine was lost.
        """
        with self._database.write() as write:
            instance_id = instance_of(write, job_id)
            if instance_id is not None:
                move_instance(write, instance_id, InstanceStatus.CLOSING)
            move_job(write, job_id, JobSubstatus.REQUESTING_SERVER)
            write.execute(
                # All but this one went on there: the kernel may still be storing the data.
                "UPDATE periods SET ended_at = max(started_at, ?) "
                "WHERE job_id = ? AND ended_at IS NULL AND name != ?",
                (write.now, job_id, PeriodName.SERIALIZATION),
            )
            write.execute("DELETE FROM epochs WHERE job_id = ? AND epoch > ?", (job_id, epoch))
            write.execute(
                "UPDATE jobs SET attempt = attempt + 1, instance_id = NULL, machine_id = NULL, "
                "epoch = ?, batch = 0 WHERE job_id = ?",
                (epoch, job_id),
            )
            write.event("attempt", job_id, {"epoch": epoch, "reason": reason})

    def environment(self, job_id: str, environment: Environment) -> None:
        """Store the environment that a recorded job runs in."""
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
        plan: bytes | None = None,
    ) -> None:
        """End a job and, in the same write, let its instance cool or close.

        Does nothing when the job has ended already.

        Args:
            cool_s: seconds to keep the instance cooling; 0 or less closes it.
            instance_gone: the instance does not run any more, so it becomes CLOSED at once.
            verdict: the verdict, when the job is a replay.
            plan: what is kept of its plan; ``None`` leaves it as it is.
        """
        with self._database.write() as write:
            row = write.one("SELECT status FROM jobs WHERE job_id = ?", (job_id,))
            if row is None or JobStatus(row[0]) in ENDED:
                return
            if verdict is not None:
                self._keep_verdict(write, job_id, verdict)
            instance_id = instance_of(write, job_id)
            move_job(write, job_id, ending.substatus, ending.reason)
            write.execute(
                "UPDATE jobs SET reason = ?, reason_kind = ?, traceback = ?, failure = ?, "
                "ended_at = ?, slot_at = NULL, waits_for = NULL, waits_at = NULL WHERE job_id = ?",
                (ending.reason, ending.kind, ending.traceback, ending.failure, write.now, job_id),
            )
            write.execute(
                "UPDATE periods SET ended_at = max(started_at, ?) "
                "WHERE job_id = ? AND ended_at IS NULL",
                (write.now, job_id),
            )
            if plan is not None:
                write.execute("UPDATE jobs SET plan = ? WHERE job_id = ?", (plan.decode(), job_id))
            if instance_id is not None:
                self._let_go(write, instance_id, 0 if instance_gone else cool_s)
                if instance_gone:
                    move_instance(write, instance_id, InstanceStatus.CLOSED)

    # --- an instance's end ----------------------------------------------------------------------

    def begin_closing(self, instance_id: str, job_id: str | None, *, lost: bool = False) -> bool:
        """Begin to close an instance that belongs to ``job_id``.

        Args:
            lost: the instance or its runner has died, so it closes even if it does not cool.
                Otherwise it closes only when it cools and its time is up, or when a close was
                requested.

        Returns:
            False when it does not close: another job has claimed it, its cooling time was
            extended, or its job still runs. The end of that job will close it.
        """
        with self._database.write() as write:
            row = write.one(
                "SELECT status, close_requested = 1 OR cooling_until <= ?, EXISTS (SELECT 1 FROM "
                "jobs j WHERE j.job_id = i.job_id AND j.instance_id = i.instance_id AND j.ended_at "
                "IS NULL) FROM instances i WHERE i.instance_id = ? AND i.job_id IS ?",
                (write.now, instance_id, job_id),
            )
            if row is None:
                return False
            status = InstanceStatus(row[0])
            if lost and status is InstanceStatus.CLOSING:
                return True
            if status is InstanceStatus.COOLING:
                closes = lost or bool(row[1])
            else:
                closes = lost and status is not InstanceStatus.CLOSED and not row[2]
            if closes:
                move_instance(write, instance_id, InstanceStatus.CLOSING)
            return closes

    def closed(self, instance_id: str) -> None:
        """Mark an instance as CLOSED, once none of its processes run any more."""
        with self._database.write() as write:
            row = write.one("SELECT status FROM instances WHERE instance_id = ?", (instance_id,))
            if row is None or row[0] == InstanceStatus.CLOSED.value:
                return
            if row[0] != InstanceStatus.CLOSING.value:
                move_instance(write, instance_id, InstanceStatus.CLOSING)
            move_instance(write, instance_id, InstanceStatus.CLOSED)

    # --- parts of a write -----------------------------------------------------------------------

    def _keep_verdict(self, write: Transaction, job_id: str, verdict: Verdict) -> None:
        write.event("verdict", job_id, {"verdict": verdict.verdict.value})
        write.execute(
            "UPDATE jobs SET verdict = ?, verdict_record = ? WHERE job_id = ?",
            (verdict.verdict, msgspec.json.encode(verdict).decode(), job_id),
        )

    def _let_go(self, write: Transaction, instance_id: str, cool_s: float) -> None:
        if cool_s <= 0:
            move_instance(write, instance_id, InstanceStatus.CLOSING)
            return
        move_instance(write, instance_id, InstanceStatus.COOLING)
        write.execute(
            "UPDATE instances SET cooling_until = ?, cool_down_period_s = ? WHERE instance_id = ?",
            (write.now + cool_s, cool_s, instance_id),
        )


def _touch(write: Transaction, job_id: str) -> None:
    write.execute("UPDATE jobs SET seq = ? WHERE job_id = ?", (write.seq, job_id))
