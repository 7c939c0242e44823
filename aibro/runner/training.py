"""Runs a job on a connected instance; its events become statuses, periods and epochs."""

from __future__ import annotations

import contextlib
import time

import msgspec

from aibro.engines import engine
from aibro.engines.base import InstanceLost
from aibro.errors import DiskFull
from aibro.models import Job, JobSubstatus, PeriodName, ReasonKind
from aibro.payloads.atomic import replacing
from aibro.runner.acquire import Acquired
from aibro.runner.resume import Resume
from aibro.runner.watch import LOOK_S, Stop, Watch
from aibro.store import Store, Submission
from aibro.store.lifecycle import Ending
from aibro.store.outputs import OutputWriter
from aibro.trainings.events import BatchEnded, EndedEpoch, Failure
from aibro.trainings.plan import TrainingPlan, decode_plan, payload_names
from aibro.worker.protocol import (
    Began,
    Connected,
    Event,
    Failed,
    FitBegan,
    FitEnded,
    Geared,
    GearUp,
    Loaded,
    Ready,
    ResultReady,
    SetUp,
    Shown,
)

EPOCHS_EVERY_S = 0.05
"""The least time between two writes of epochs; epochs that end sooner are written together."""


class Training:
    """One job on one instance.

    Args:
        acquired: an instance whose first answer has not been read yet.
        watch: notices cancel requests.
        deterministic: the job is recorded, or is a replay.
        resume: what earlier attempts have saved.
    """

    def __init__(
        self,
        store: Store,
        job: Job,
        submission: Submission,
        acquired: Acquired,
        watch: Watch,
        deterministic: bool,
        resume: Resume,
    ) -> None:
        self._store = store
        self._job = job
        self._job_id = job.job_id
        self._submission = submission
        self._link = acquired.link
        self._began = acquired.began
        self._watch = watch
        self._deterministic = deterministic
        self._resume = resume
        self._exact = engine(acquired.machine.engine).exact_resume
        self._plan: TrainingPlan | None = None
        self._epochs: list[EndedEpoch] = []
        self._epochs_written_at = 0.0
        self._failure: Failure | None = None
        self._outputs = OutputWriter(store.outputs_file(self._job_id))
        self._done = False

    def connect(self) -> None:
        """Wait for the instance's first answer. Records the period Instance Connect.

        Raises:
            InstanceLost: the instance did not answer in time.
            Stop: the job must not go on.
        """
        self._period(PeriodName.INSTANCE_CONNECT, self._began, None)
        self._expect(Connected)
        self._period(PeriodName.INSTANCE_CONNECT, self._began, time.time())

    def run(self) -> Ending:
        """Set up the instance, send model and data, train, and fetch the result.

        Returns:
            The ending of a job that is COMPLETED.

        Raises:
            InstanceLost: the instance is gone.
            Stop: the job must not go on, or the training failed.
        """
        try:
            self._work()
        except (InstanceLost, Stop):
            self._write_epochs()
            raise
        return Ending(substatus=JobSubstatus.COMPLETED, failure=_kept(self._failure))

    def _work(self) -> None:
        began = time.time()
        self._period(PeriodName.SERVER_SETUP, began, None)
        self._link.set_up(
            SetUp(
                job_id=self._job_id,
                working_directory=self._submission.working_directory,
                log=str(self._store.log_file(self._job_id)),
            )
        )
        self._expect(Ready)
        self._period(PeriodName.SERVER_SETUP, began, time.time())
        # The framework is imported while the kernel still stores the data and it is sent.
        self._link.gear_up(
            GearUp(
                kind=self._submission.kind,
                backend=self._submission.backend,
                deterministic=self._deterministic,
            )
        )
        self._proceed(JobSubstatus.SENDING)
        self._send()
        self._proceed(JobSubstatus.GEARING_ENV)
        while not self._done:
            self._listen()

    def _send(self) -> None:
        while not self._watch.submitted:
            self._listen()
        text = str(self._store.jobs.plan(self._job_id))
        self._plan = decode_plan(text)
        plan = self._resume.plan(self._plan, exact=self._exact)
        self._period(PeriodName.TRANSFER, time.time(), None)
        sent = self._link.send(self._store.payload_folder, payload_names(plan), self._stop)
        self._period(PeriodName.TRANSFER, sent.start, sent.end)
        self._link.train(msgspec.json.encode(plan))

    def _listen(self) -> None:
        """Check for a cancel request, then wait briefly for the next event and handle it."""
        self._watch.check()
        event = self._link.receive(LOOK_S)
        if isinstance(event, EndedEpoch):
            self._epochs.append(event)
            if time.monotonic() - self._epochs_written_at < EPOCHS_EVERY_S:
                return
        self._write_epochs()
        if event is not None:
            self._on(event)

    def _write_epochs(self) -> None:
        if self._epochs:
            self._store.lifecycle.epochs(self._job_id, self._epochs)
            for ended in self._epochs:
                self._resume.epoch_saved(ended.epoch)
            self._epochs = []
            self._epochs_written_at = time.monotonic()

    def _on(self, event: Event) -> None:
        lifecycle = self._store.lifecycle
        if isinstance(event, BatchEnded):
            lifecycle.progress(
                self._job_id, batch=event.batch, batches=event.batches, metrics=event.metrics
            )
        elif isinstance(event, Shown):
            self._outputs.write(event.outputs)
        elif isinstance(event, Began):
            self._period(event.period, event.at, None)
        elif isinstance(event, Geared):
            if not event.reused:
                self._period(PeriodName.ENV_GEAR_UP, event.start, event.end)
            if self._deterministic:
                lifecycle.environment(self._job_id, event.facts)
        elif isinstance(event, Loaded):
            self._period(PeriodName.DESERIALIZATION, event.start, event.end)
        elif isinstance(event, FitBegan):
            self._period(PeriodName.MODEL_TRAINING, event.at, None)
            self._proceed(JobSubstatus.TRAINING)
        elif isinstance(event, FitEnded):
            self._period(PeriodName.MODEL_TRAINING, event.start, event.end)
            self._failure = event.issue
            self._proceed(JobSubstatus.RETURNING)
        elif isinstance(event, ResultReady):
            self._period(PeriodName.RESULT_SERIALIZATION, event.start, event.end)
            self._period(PeriodName.RESULT_TRANSFER, time.time(), None)
            result = self._store.job_folder(self._job_id) / "result"
            fetched = self._link.fetch(result, self._stop)
            assert self._plan is not None
            self._resume.complete_history(result, self._plan)
            self._period(PeriodName.RESULT_TRANSFER, fetched.start, fetched.end)
            self._done = True
        elif isinstance(event, Failed):
            if event.error is not None:
                self._keep_error(event.error)
            if event.saved:
                # The training's own failure is what counts, whatever happens here.
                with contextlib.suppress(InstanceLost, DiskFull, Stop):
                    self._link.fetch(self._store.failed_folder(self._job_id), self._stop)
            raise Stop(_ending_of(event))

    def _keep_error(self, error: bytes) -> None:
        with (
            contextlib.suppress(DiskFull),  # Only its kind is lost then.
            replacing(self._store.error_file(self._job_id), "an error") as temp,
        ):
            temp.write_bytes(error)

    def _expect(self, kind: type[Event]) -> None:
        deadline = time.monotonic() + self._link.answer_s
        while time.monotonic() < deadline:
            self._watch.check()
            event = self._link.receive(LOOK_S)
            if isinstance(event, kind):
                return
            if event is not None:
                self._on(event)
        raise InstanceLost(f"the instance said nothing for {self._link.answer_s:g} s")

    def _proceed(self, substatus: JobSubstatus) -> None:
        self._store.lifecycle.proceed(self._job_id, substatus)

    def _period(self, name: PeriodName, start: float, end: float | None) -> None:
        self._store.lifecycle.period(self._job_id, name, start, end)

    def _stop(self) -> None:
        self._watch.check()


def _ending_of(event: Failed) -> Ending:
    training = event.kind is ReasonKind.TRAINING_ERROR
    return Ending(
        substatus=JobSubstatus.CANCELED,
        kind=event.kind,
        reason=event.reason,
        traceback=event.traceback,
        failure=_kept(event.failure) if training else None,
    )


def _kept(failure: Failure | None) -> str | None:
    return msgspec.json.encode(failure).decode() if failure is not None else None
