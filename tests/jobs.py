"""Helpers of tests to start jobs, to look at them, and to clean up afterwards."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import psutil

from aibro.home import Settings
from aibro.locks import LivenessLock
from aibro.machine_spec import LOCAL
from aibro.models import (
    Instance,
    InstanceStatus,
    Job,
    JobEvent,
    JobStatus,
    JobSubstatus,
    PeriodName,
)
from aibro.payloads.store import PayloadStore
from aibro.runner_process import SUBMIT_LOCK, spawn_runner, take_runner_lock
from aibro.store import Store, Submission
from aibro.trainings.keras.spec import ModelPayload
from aibro.transitions import ENDED, INSTANCE_DURING
from aibro.upkeep.reaper import reap
from tests.trainings.plans import keras_plan

PATIENCE_S = 300.0
"""How long to wait. Generous, because half a second can become many on two busy cores."""

T = TypeVar("T")


def until(
    found: Callable[[], T | None], what: str | Callable[[], str], within_s: float = PATIENCE_S
) -> T:
    """Call ``found`` until it returns something true, and return that.

    Args:
        found: what to call.
        what: what is waited for, to say so when it does not happen; as a function, it can say how
            things stand then.
        within_s: seconds after which to fail.

    Raises:
        AssertionError: it did not happen in time.
    """
    deadline = time.monotonic() + within_s
    while True:
        began = time.monotonic()
        if value := found():
            return value
        looked = time.monotonic()
        if looked >= deadline:
            words = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {within_s:g} s: {words}")
        time.sleep(max(0.01, looked - began))  # Leave half of a processor to the tested code.


class Home:
    """A state folder with jobs in it.

    Args:
        folder: the state folder; the caller sets ``$AIBRO_HOME`` to it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        self._interpreter = folder.parent / "light-python"
        self._kernels: list[LivenessLock] = []

    def settings(self, **settings: int) -> None:
        """Write ``settings.toml``."""
        assert settings.keys() <= set(Settings.__struct_fields__)
        lines = [f"{name} = {value}" for name, value in settings.items()]
        (self.folder / "settings.toml").write_text("\n".join(lines))

    def job(
        self,
        fit: str = "epoch(1, loss=0.5)",
        *,
        load: str = "",
        save: str = "",
        submitted: bool = True,
        **options: Any,
    ) -> str:
        """Start a job on a light worker and return its id; see `tests.light_worker`.

        Args:
            fit: Python that stands for the training.
            load: Python that stands for loading model and data.
            save: Python that runs while the result is written.
            submitted: model and data are stored; otherwise the job waits for them. This process
                acts as its kernel.
            options: ``recorded``, ``description``, ``checkpoint_folder``, and options for
                `submission`.

        Example::

            job_id = home.job("epoch(1, loss=0.5)", recorded=True)
            assert home.completed(job_id).metrics == {"loss": 0.5}
        """
        store, job_id = self.store, self.store.jobs.new_id()
        plan = self._plan(
            {"fit": fit, "load": load, "save": save}, options.pop("checkpoint_folder", None)
        )
        recorded = options.pop("recorded", False)
        description = options.pop("description", "a light job")
        lock = take_runner_lock(store, job_id)
        if not submitted:
            self._kernels.append(LivenessLock(store.job_folder(job_id) / SUBMIT_LOCK))
            assert self._kernels[-1].acquire()
        store.jobs.create(
            self.submission(**options),
            job_id=job_id,
            description=description,
            epochs=1,
            recorded=recorded,
            plan=plan if submitted else None,
        )
        spawn_runner(store, job_id, lock)
        return job_id

    def submission(self, **options: Any) -> Submission:
        """The submission of a light job.

        Args:
            options: replace the defaults.
        """
        defaults: dict[str, Any] = {
            "machine_ids": [LOCAL],
            "interpreter": str(self._light_python()),
            "backend": "jax",
            "working_directory": str(self.folder),
            "wait_request_s": 10000.0,
            "wait_new_job_create_s": -1.0,
            "wait_new_job_create_interval": 10.0,
            "cool_down_period_s": 0.0,
            "directory_to_save_ckpt": None,
            "directory_to_save_log": None,
            "called_at": time.time(),
        }
        return Submission(**(defaults | options))

    def _light_python(self) -> Path:
        if not self._interpreter.exists():
            worker = Path(__file__).with_name("light_worker.py")
            command = shlex.join([sys.executable, str(worker)])
            # AIbro calls the interpreter as `<interpreter> -m <module> <arguments>`.
            facts = shlex.join([sys.executable, "-m", "aibro.trainings.environment"])
            self._interpreter.write_text(
                f'#!/bin/sh\n[ "$2" = aibro.worker ] || exec {facts}\n'
                f'shift 2\nexec {command} "$@"\n'
            )
            self._interpreter.chmod(0o700)
        return self._interpreter

    def _plan(self, steps: dict[str, str], checkpoint_folder: str | None = None) -> bytes:
        payload = PayloadStore(self.store.payload_folder).add_bytes(b"a model", "keras")
        model = ModelPayload(
            model=payload,
            code=None,
            fit_arguments=steps,
            fit_arrays={},
            random_states=[],
        )
        plan = keras_plan(self.folder, model=model, checkpoint_folder=checkpoint_folder)
        return msgspec.json.encode(plan)

    # --- looking ------------------------------------------------------------------------------

    def get(self, job_id: str) -> Job:
        """The job's row."""
        return self.store.jobs.get(job_id)

    def instance(self, job_id: str) -> Instance:
        """The instance that the job runs on, or ran on last."""
        instance_id = self.get(job_id).instance_id
        assert instance_id is not None
        return self.store.instances.get(instance_id)

    def until(self, job_id: str, substatus: JobSubstatus, within_s: float = PATIENCE_S) -> Job:
        """Wait until the job has this substatus; fails at once if it has ended with another."""

        def there() -> Job | None:
            job = self.get(job_id)
            if job.status in ENDED and job.substatus is not substatus:
                runner_log = self.store.job_folder(job_id) / "runner.log"
                raise AssertionError(f"{job.reason}\n{job.traceback}\n{runner_log.read_text()}")
            return job if job.substatus is substatus else None

        return until(
            there, lambda: f"{job_id} is {substatus}, not {self.get(job_id).substatus}", within_s
        )

    def until_ended(self, job_id: str, within_s: float = PATIENCE_S) -> Job:
        """Wait until the job has ended; runs the reaper meanwhile, as AIbro's own processes do."""

        def over() -> Job | None:
            reap(self.store)
            job = self.get(job_id)
            return job if job.status in ENDED else None

        return until(over, lambda: f"{job_id} is over, not {self.get(job_id).substatus}", within_s)

    def completed(self, job_id: str) -> Job:
        """Wait until the job is COMPLETED."""
        return self.until(job_id, JobSubstatus.COMPLETED)

    def until_instance(self, instance_id: str, status: InstanceStatus) -> Instance:
        """Wait until the instance has this status."""

        def there() -> Instance | None:
            instance = self.store.instances.get(instance_id)
            return instance if instance.status is status else None

        return until(there, f"{instance_id} is {status}")

    def until_noted(self, job_id: str, text: str) -> None:
        """Wait until the job's note contains this text."""
        until(lambda: text in self.get(job_id).note, f"{job_id} says {text!r}")

    def events(self, job_id: str) -> list[JobEvent]:
        """The job's whole history."""
        events: list[JobEvent] = []
        while True:
            page = self.store.history.events(job_id, events[-1].seq if events else 0)
            events += page.events
            if not page.more:
                return events

    def periods(self, job_id: str) -> dict[PeriodName, tuple[float, float | None]]:
        """The start and end of each period in the job's timeline."""
        timeline = self.store.history.timeline(job_id)
        return {period.name: (period.start, period.end) for period in timeline.periods}

    def pairs(self, job_id: str) -> list[tuple[JobSubstatus, InstanceStatus | None]]:
        """The job's substatuses, each with the instance's status at the time, from the history."""
        pairs: list[tuple[JobSubstatus, InstanceStatus | None]] = []
        job: JobSubstatus | None = None
        instance: InstanceStatus | None = None
        events = self.events(job_id)
        for event, following in zip(events, [*events[1:], None], strict=True):
            if event.kind == "status":
                job = JobSubstatus(str(event.data["substatus"]))
                if job is JobSubstatus.REQUESTING_SERVER:
                    instance = None
            elif event.kind == "instance":
                instance = InstanceStatus(str(event.data["status"]))
                if job is JobSubstatus.REQUESTING_SERVER:
                    instance = None  # It is about the instance that the job has given up.
            # Events of one write become visible together.
            together = following is not None and following.at == event.at
            if job is not None and not together and (job, instance) not in pairs[-1:]:
                pairs.append((job, instance))
        return pairs

    def check_pairs(self, job_id: str) -> None:
        """Check that job and instance only had statuses that may go together."""
        for job, instance in self.pairs(job_id):
            allowed = INSTANCE_DURING[job]
            nothing = job in {
                JobSubstatus.REQUESTING_SERVER,
                JobSubstatus.CANCELED,
            }
            assert instance in allowed or (instance is None and nothing), (job, instance)

    def process(self, job_id: str, kind: str) -> psutil.Process:
        """The process of the job's ``runner`` or ``worker``, whichever ``kind`` says."""
        if kind == "runner":
            mark = ["aibro.runner", str(self.folder), job_id]
        else:
            instance_id = self.get(job_id).instance_id
            mark = [str(self.folder / "instances" / str(instance_id) / "key")]
        found = [process for process in processes_of(self.folder) if names(process, mark)]
        assert len(found) == 1, f"{kind} of {job_id}: {found}"
        return found[0]

    # --- cleaning up --------------------------------------------------------------------------

    def end(self) -> None:
        """Cancel all jobs and close all instances; fails if a process is left afterwards."""
        for job_id in self.store.jobs.active_ids():
            self.store.request_cancel(job_id)
        for instance in self.store.instances.open().instances:
            if instance.status is InstanceStatus.COOLING:
                self.store.instances.request_close(instance.instance_id)
        try:
            until(lambda: self._nothing_left(), "no process of the home is left")
        finally:
            for process in processes_of(self.folder):
                process.kill()
            for lock in self._kernels:
                lock.release()
            self.store.close()

    def _nothing_left(self) -> bool:
        reap(self.store)
        return not processes_of(self.folder)


def processes_of(folder: Path) -> list[psutil.Process]:
    """The processes whose command line contains a state folder's path, except this process."""
    found = []
    for process in psutil.process_iter():
        try:
            named = any(str(folder) in word for word in process.cmdline())
            if named and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def names(process: psutil.Process, words: list[str]) -> bool:
    """Whether a process that has not ended was started with all of the words."""
    try:
        return all(word in process.cmdline() for word in words)
    except psutil.Error:
        return False


def ended(job: Job) -> bool:
    """Whether the job has ended."""
    return job.status in ENDED


def is_canceled(job: Job) -> bool:
    """Whether the job is CANCELED, with a reason."""
    return job.status is JobStatus.CANCELED and bool(job.reason) and job.reason_kind is not None
