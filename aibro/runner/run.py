"""One job from its first moment to its last: the only writer of its state."""

from __future__ import annotations

import errno
import logging
import sys
import time
from pathlib import Path

import msgspec

from aibro.engines.base import InstanceLost, Link
from aibro.errors import AibroError, DiskFull
from aibro.models import JobSubstatus, ReasonKind
from aibro.runner.acquire import Acquirer, wait_for_slot
from aibro.runner.cooling import keep_while_cooling
from aibro.runner.training import Training
from aibro.runner.watch import Stop, Watch
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.verdicts import finish_job

log = logging.getLogger("aibro.runner")

MAX_JOINS = 3
"""A cooling instance that is lost while it is claimed is no reason to fail: so often another is asked."""


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
        self._instance_id: str | None = None
        self._link: Link | None = None

    def run(self) -> None:
        """Take the job to COMPLETED or CANCELED, and its instance to CLOSED or to the next runner."""
        logging.basicConfig(
            stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
        )
        try:
            ending = self._work()
        except Stop as stop:
            ending = stop.ending
        except InstanceLost as error:
            ending = _canceled(ReasonKind.INSTANCE_LOST, str(error))
        except AibroError as error:
            kind = ReasonKind.DISK_FULL if isinstance(error, DiskFull) else ReasonKind.BAD_INPUT
            ending = _canceled(kind, error.message)
        except OSError as error:
            log.exception("the job failed")
            full = error.errno == errno.ENOSPC
            kind = ReasonKind.DISK_FULL if full else ReasonKind.INTERNAL
            ending = _canceled(kind, str(DiskFull("the result")) if full else str(error))
        except Exception as error:
            log.exception("the job failed")
            ending = _canceled(
                ReasonKind.INTERNAL,
                f"AIbro's runner failed ({type(error).__name__}: {error}); "
                f"{self._store.job_folder(self._job_id) / 'runner.log'} has the details",
            )
        self._end(ending)

    def _work(self) -> Ending:
        wait_for_slot(self._store, self._job_id, self._submission, self._watch)
        job = self._store.jobs.get(self._job_id)
        deterministic = job.recorded or job.replay_of is not None
        acquirer = Acquirer(
            self._store, self._job_id, self._submission, deterministic, self._watch
        )
        for attempt in range(MAX_JOINS):
            began = time.time()
            self._instance_id, self._link = acquirer.acquire()
            training = Training(
                self._store, job, self._submission, self._link, self._watch, deterministic
            )
            try:
                training.connect(began)
            except InstanceLost as error:
                self._lose(error, last=attempt == MAX_JOINS - 1)
                continue
            return training.run()
        raise AssertionError("the last loss is raised")

    def _lose(self, error: InstanceLost, last: bool) -> None:
        assert self._link is not None and self._instance_id is not None
        said = _last_line(self._store.instance_folder(self._instance_id) / "worker.log")
        self._link.release()
        if last:
            raise Stop.canceled(
                ReasonKind.NO_INSTANCE,
                f"the instance did not start: {error}" + (f". It said: {said}" if said else ""),
            )
        self._store.lifecycle.give_up_instance(self._job_id)
        self._store.lifecycle.closed(self._instance_id)
        self._link = self._instance_id = None

    def _end(self, ending: Ending) -> None:
        healthy = ending.substatus is JobSubstatus.COMPLETED or (
            ending.kind is ReasonKind.TRAINING_ERROR
        )
        cool_s = self._submission.cool_down_period_s if healthy else 0
        log.info("ending: %s", msgspec.json.encode(ending).decode())
        if self._link is None or self._instance_id is None:
            finish_job(self._store, self._job_id, ending)
            return
        gone = ending.kind is ReasonKind.INSTANCE_LOST
        if gone:
            self._link.release()
        finish_job(self._store, self._job_id, ending, cool_s=cool_s, instance_gone=gone)
        if gone:
            return
        if cool_s > 0 and not keep_while_cooling(
            self._store, self._instance_id, self._job_id, self._link
        ):
            return
        self._link.release()
        self._store.lifecycle.closed(self._instance_id)


def _canceled(kind: ReasonKind, reason: str) -> Ending:
    return Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason)


def _last_line(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][:500] if lines else ""
