"""The table of jobs: creating and finding jobs, and what users request of them."""

from __future__ import annotations

import re
import secrets
from typing import Any

import msgspec

from aibro.errors import JobEnded, JobNotEnded, JobNotFound
from aibro.models import (
    Environment,
    Job,
    JobStatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
    Record,
    Verdict,
)
from aibro.store.epochs import ended_epochs
from aibro.store.job_listing import JobListing
from aibro.store.job_rows import ALL_COLUMNS, job_from_row
from aibro.trainings.events import EndedEpoch
from aibro.transitions import ENDED

JOB_ID = re.compile(r"[0-9a-f]{12}")


class Submission(Record, frozen=True):
    """What the runner needs to know before model and data are stored; kept with the job."""

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
    kind: str = "keras"
    """The kind of training; see `aibro.trainings`."""
    variables: dict[str, str | None] = msgspec.field(default_factory=dict)
    """Environment variables to start the worker with; ``None`` unsets a variable."""


def check_job_id(job_id: object) -> str:
    """Return ``job_id`` if it is well-formed: 12 characters of 0-9 and a-f.

    Raises:
        JobNotFound: it is not. Such input is never looked up in the store.
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


class Jobs(JobListing):
    """The table of jobs."""

    def create(
        self,
        submission: Submission,
        *,
        job_id: str,
        description: str,
        epochs: int,
        recorded: bool,
        replay_of: str | None = None,
        from_epoch: int = 0,
        default_description: bool = False,
        plan: bytes | None = None,
        serializing_since: float | None = None,
    ) -> Job:
        """Store a new job as QUEUING, REQUESTING SERVER. Records the period Job Create.

        Args:
            replay_of: the job that this one replays, if any.
            from_epoch: a replay begins after this epoch of the recorded job.
            default_description: AIbro made up the description; the user gave none.
            plan: the training, if model and data are stored already, as for a replay.
            serializing_since: otherwise, when the kernel began to store model and data, in seconds
                since the Unix epoch.
        """
        with self._database.write() as write:
            status, substatus = JobStatus.QUEUING.value, JobSubstatus.REQUESTING_SERVER.value
            write.event("status", job_id, {"status": status, "substatus": substatus})
            write.execute(
                "INSERT INTO jobs (job_id, seq, description, default_description, status, "
                "substatus, epoch, epochs, recorded, replay_of, from_epoch, submission, plan, "
                "created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    job_id,
                    write.seq,
                    description,
                    default_description,
                    JobStatus.QUEUING,
                    JobSubstatus.REQUESTING_SERVER,
                    from_epoch,
                    epochs,
                    recorded,
                    replay_of,
                    from_epoch,
                    msgspec.json.encode(submission).decode(),
                    plan.decode() if plan is not None else None,
                    # The timeline begins with the user's call, too.
                    min(submission.called_at, write.now),
                ),
            )
            write.execute(
                "INSERT INTO periods VALUES (?, 1, ?, ?, ?)",
                (job_id, PeriodName.JOB_CREATE, submission.called_at, write.now),
            )
            if serializing_since is not None:
                write.execute(
                    "INSERT INTO periods VALUES (?, 1, ?, ?, NULL)",
                    (job_id, PeriodName.SERIALIZATION, serializing_since),
                )
        return self.get(job_id)

    @staticmethod
    def new_id() -> str:
        """A new random job id."""
        return secrets.token_hex(6)

    def submit(self, job_id: str, plan: bytes) -> None:
        """Store the plan once model and data are stored; the job does not need its kernel now.

        Ends the period M&D Serialization.
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
            JobNotFound: there is no job with that id.
        """
        row = self._database.read_one(
            f"SELECT {ALL_COLUMNS} FROM jobs WHERE job_id = ?", (check_job_id(job_id),)
        )
        if row is None:
            raise JobNotFound(f"There is no job {job_id}. Job.list() shows the jobs there are.")
        return job_from_row(row)

    def field(self, job_id: str, name: str) -> Any:
        """One column that `Job` does not have, such as ``submission`` or ``plan``.

        Raises:
            JobNotFound: there is no job with that id.
        """
        row = self._database.read_one(f'SELECT "{name}" FROM jobs WHERE job_id = ?', (job_id,))
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.")
        return row[0]

    def submission(self, job_id: str) -> Submission:
        """How the job was submitted."""
        return msgspec.json.decode(self.field(job_id, "submission"), type=Submission)

    def environment(self, job_id: str) -> Environment | None:
        """The environment a recorded job ran in; ``None`` for other jobs."""
        text = self.field(job_id, "environment")
        return msgspec.json.decode(text, type=Environment) if text else None

    def epochs(self, job_id: str) -> list[EndedEpoch]:
        """The ended epochs, in order, with the exact bits of their metrics."""
        return ended_epochs(self._database, job_id)

    def verdict(self, job_id: str) -> Verdict | None:
        """The verdict of a replay; ``None`` before it has ended, and for other jobs."""
        text = self.field(job_id, "verdict_record")
        return msgspec.json.decode(text, type=Verdict) if text else None

    def request_cancel(
        self,
        job_id: str,
        kind: ReasonKind,
        reason: str,
    ) -> Job:
        """Ask the runner to cancel the job; of several requests, the first one's reason counts.

        Raises:
            JobNotFound: there is no job with that id.
            JobEnded: the job has ended already.
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
        """Delete an ended job from the store; the caller removes its files.

        Raises:
            JobNotFound: there is no job with that id.
            JobNotEnded: the job has to be canceled first.
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

    def forget_recording(self, job_id: str) -> None:
        """Mark an ended job as not recorded any more; the caller removes its payloads."""
        with self._database.write() as write:
            forgotten = write.execute(
                "UPDATE jobs SET recorded = 0, seq = ? WHERE job_id = ? AND recorded = 1 "
                "AND status NOT IN ('QUEUING', 'TRAINING') RETURNING 1",
                (write.seq, job_id),
            )
            if forgotten:
                write.event("recording-deleted", job_id, {})

    def trust(self, job_id: str) -> None:
        """Store that the user allows the code of a foreign recording to run."""
        with self._database.write() as write:
            write.execute("UPDATE jobs SET trusted = 1 WHERE job_id = ?", (job_id,))

    def is_trusted(self, job_id: str) -> bool:
        """Whether the user allows the code of a foreign recording to run."""
        return bool(self.field(job_id, "trusted"))

    def plan(self, job_id: str) -> str | None:
        """The `TrainingPlan` as JSON; ``None`` until model and data are stored."""
        text: str | None = self.field(job_id, "plan")
        return text
