"""One job from its first moment to its last: the only writer of its state."""

from __future__ import annotations

import logging
import time

import msgspec

from aibro.engines import engine
from aibro.engines.base import InstanceLost, LaunchFailed, Link, Preempted
from aibro.engines.child import last_words
from aibro.errors import AibroError, BadInput, DiskFull, StoreError, StoreGone
from aibro.home import read_settings
from aibro.models import JobSubstatus, ReasonKind
from aibro.payloads.atomic import disk_is_full
from aibro.replay.judging import finish_job
from aibro.runner.acquire import Acquired, Acquirer, wait_for_slot
from aibro.runner.cooling import keep_while_cooling
from aibro.runner.patience import Patience
from aibro.runner.resume import Resume
from aibro.runner.training import Training
from aibro.runner.watch import Stop, Watch
from aibro.store import Store
from aibro.store.disk_reserve import JobReserve
from aibro.store.lifecycle import Ending
from aibro.trainings.events import Failure
from aibro.trainings.plan import decode_plan
from aibro.upkeep.tidy import tidy

log = logging.getLogger("aibro.runner")

HEALTHY = frozenset({None, ReasonKind.TRAINING_ERROR})
"""Endings after which an instance can take another job."""

GONE = frozenset({ReasonKind.INSTANCE_LOST, ReasonKind.DISK_FULL})
"""Endings before which the instance is cleared away: it is lost, or takes room that is needed."""

MAX_JOINS = 3
"""A cooling instance lost while it is claimed is no reason to fail: so often another is asked."""

STORE_RETRY_S = 0.5
STORE_PATIENCE_S = 600.0
"""A store that cannot be written, as on a full disk, is tried again for so long."""


class JobRunner:
    """Runs one job.

    Args:
        store: the store.
        job_id: a job that is QUEUING and whose lock this process holds.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id
        self._submission = store.jobs.submission(job_id)
        self._watch = Watch(store, job_id)
        self._reserve = JobReserve(store.job_folder(job_id))
        self._resume = Resume(store, job_id)
        self._link: Link | None = None

    def run(self) -> None:
        """Take the job to COMPLETED or CANCELED, its instance to CLOSED or to the next runner.

        When the store is deleted meanwhile, nobody can ask for the job any more: its instance is
        ended, and that is all.
        """
        try:
            self._run()
        except StoreGone as error:
            log.warning("%s", error)
            self._release()

    def _run(self) -> None:
        self._reserve.take()
        try:
            ending = self._work()
        except StoreGone:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the job ends and says why
            ending = self._ending_of(error)
        log.info("ending: %s", msgspec.json.encode(ending).decode())
        try:
            self._end(ending)
        except StoreGone:
            raise
        except StoreError as error:
            log.warning("the store cannot be written: %s", error)
            self._end_at_last(ending)
        tidy(self._store, self._job_id)

    def _work(self) -> Ending:
        patience = Patience(self._store, self._job_id, self._submission, self._watch)
        wait_for_slot(self._store, self._job_id, patience)
        job = self._store.jobs.get(self._job_id)
        deterministic = job.recorded or job.replay_of is not None
        acquirer = Acquirer(
            self._store, self._job_id, self._submission, deterministic, self._watch, patience
        )
        most_restarts = read_settings(self._store.home).max_restarts
        joins = 0
        lost: list[str] = []
        while True:
            acquired = acquirer.acquire(lost)
            self._link = acquired.link
            training = Training(
                self._store,
                job,
                self._submission,
                acquired,
                self._watch,
                deterministic,
                self._resume,
            )
            try:
                if self._connected(acquirer, acquired, training):
                    return training.run()
                joins += acquired.reused
                if joins == MAX_JOINS:
                    raise Stop.canceled(
                        ReasonKind.NO_INSTANCE,
                        f"{MAX_JOINS} cooling instances were lost while they were claimed",
                    )
            except Preempted as error:
                if len(lost) >= most_restarts:
                    raise InstanceLost(_too_often(error, len(lost))) from error
                lost.append(error.node)
                self._restart(acquired.instance_id, error)

    def _connected(self, acquirer: Acquirer, acquired: Acquired, training: Training) -> bool:
        """Wait for the instance; false when another one has to be asked for.

        Raises:
            Preempted: its machine was taken away meanwhile.
            Stop: it did not start.
        """
        try:
            training.connect()
        except LaunchFailed as error:
            acquirer.leave_out(acquired.machine, str(error))
        except InstanceLost as error:
            if not acquired.reused:
                if isinstance(error, Preempted):
                    raise
                raise self._not_started(acquired, error) from error
        else:
            return True
        self._release_link()
        acquirer.give_back(acquired.instance_id)
        return False

    def _restart(self, instance_id: str, error: Preempted) -> None:
        """The machine was taken away: another attempt goes on from what is at home."""
        log.warning("the machine was lost: %s", error)
        self._release_link()
        text = self._store.jobs.plan(self._job_id)
        plan = decode_plan(text) if text is not None else None
        self._store.lifecycle.restart(self._job_id, self._resume.find(plan), str(error))
        self._store.lifecycle.closed(instance_id)

    def _release_link(self) -> None:
        if self._link is not None:
            self._link.release()
            self._link = None

    def _not_started(self, acquired: Acquired, error: InstanceLost) -> Stop:
        said = last_words(self._store.instance_folder(acquired.instance_id))
        return Stop.canceled(
            ReasonKind.NO_INSTANCE,
            f"the instance did not start: {error}" + (f". It said: {said}" if said else ""),
        )

    def _ending_of(self, error: Exception) -> Ending:
        if isinstance(error, Stop):
            return error.ending
        if isinstance(error, InstanceLost):
            return self._lost(str(error))
        if isinstance(error, DiskFull):
            return _canceled(ReasonKind.DISK_FULL, error.message)
        if disk_is_full(error):
            return _canceled(ReasonKind.DISK_FULL, DiskFull("the files of the job").message)
        if isinstance(error, BadInput):
            return _canceled(ReasonKind.BAD_INPUT, error.message)
        log.error("the job failed", exc_info=error)
        if isinstance(error, AibroError):
            return _canceled(ReasonKind.INTERNAL, error.message)
        return _canceled(
            ReasonKind.INTERNAL,
            f"AIbro's runner failed ({type(error).__name__}: {error}); "
            f"{self._store.job_folder(self._job_id) / 'runner.log'} has the details",
        )

    def _lost(self, how: str) -> Ending:
        job = self._store.jobs.get(self._job_id)
        trains = job.substatus is JobSubstatus.TRAINING and job.epoch < job.epochs
        failure = Failure(
            exception=InstanceLost.__name__,
            message=how,
            place="",
            # It could not say itself: the one after those that have ended.
            epoch=job.epoch + 1 if trains else 0,
        )
        ending = _canceled(ReasonKind.INSTANCE_LOST, how)
        return msgspec.structs.replace(ending, failure=msgspec.json.encode(failure).decode())

    def _end(self, ending: Ending) -> None:
        gone = ending.kind in GONE
        if gone:
            self._release()
        self._resume.clear()
        self._reserve.give_back()
        cool_s = self._submission.cool_down_period_s if ending.kind in HEALTHY else 0.0
        if self._link is None:
            cool_s = 0.0
        instance_id = self._own_instance()
        finish_job(self._store, self._job_id, ending, cool_s=cool_s, instance_gone=gone)
        if gone or instance_id is None:
            return
        if cool_s > 0 and not self._cool(instance_id):
            return
        self._release()
        self._store.lifecycle.closed(instance_id)

    def _cool(self, instance_id: str) -> bool:
        assert self._link is not None
        return keep_while_cooling(self._store, instance_id, self._job_id, self._link)

    def _end_at_last(self, ending: Ending) -> None:
        """Give back the instance, and its room on the disk, first; then say how the job ended."""
        self._release()
        deadline = time.monotonic() + STORE_PATIENCE_S
        while True:
            try:
                finish_job(self._store, self._job_id, ending, instance_gone=True)
                if instance_id := self._own_instance():
                    self._store.lifecycle.closed(instance_id)
                return
            except StoreError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(STORE_RETRY_S)

    def _release(self) -> None:
        if self._link is not None:
            self._release_link()
            return
        # There may be something of an instance that could not be launched wholly.
        if instance_id := self._own_instance():
            owned = self._store.instances.owned(instance_id)
            engine(owned.engine).reap(self._store.instance_folder(instance_id), owned.handle)

    def _own_instance(self) -> str | None:
        instance_id = self._store.jobs.get(self._job_id).instance_id
        if instance_id is None or self._store.instances.owned(instance_id).job_id != self._job_id:
            return None
        return instance_id


def _canceled(kind: ReasonKind, reason: str) -> Ending:
    return Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason)


def _too_often(error: Preempted, restarts: int) -> str:
    if restarts == 0:
        return f"{error}, and max_restarts in settings.toml allows no other attempt"
    times = "once" if restarts == 1 else f"{restarts} times"
    return f"{error}, after the job had asked anew {times} (max_restarts in settings.toml)"
