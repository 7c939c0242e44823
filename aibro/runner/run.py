"""One job from its first moment to its last: the only writer of its state."""

from __future__ import annotations

import logging

import msgspec

from aibro.errors import StoreError, StoreGone
from aibro.runner.attempts import Attempts
from aibro.runner.endings import ending_of
from aibro.runner.finish import Finish
from aibro.runner.instance import HeldInstance
from aibro.runner.resume import Resume
from aibro.store import Store
from aibro.store.disk_reserve import JobReserve
from aibro.upkeep.tidy import tidy

log = logging.getLogger("aibro.runner")


class JobRunner:
    """Runs one job.

    Args:
        store: the store.
        job_id: a job that is QUEUING and whose lock this process holds.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id
        self._reserve = JobReserve(store.job_folder(job_id))
        self._instance = HeldInstance(store, job_id)
        resume = Resume(store, job_id)
        self._attempts = Attempts(store, job_id, self._instance, resume)
        self._finish = Finish(store, job_id, self._instance, resume, self._reserve)

    def run(self) -> None:
        """Take the job to COMPLETED or CANCELED, its instance to CLOSED or to the next runner.

        When the store is deleted meanwhile, nobody can ask for the job any more: its instance is
        ended, and that is all.
        """
        try:
            self._run()
        except StoreGone as error:
            log.warning("%s", error)
            self._instance.release()

    def _run(self) -> None:
        self._reserve.take()
        try:
            ending = self._attempts.run()
        except StoreGone:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the job ends and says why
            ending = ending_of(error, self._store, self._job_id)
        log.info("ending: %s", msgspec.json.encode(ending).decode())
        try:
            self._finish.finish(ending)
        except StoreGone:
            raise
        except StoreError as error:
            log.warning("the store cannot be written: %s", error)
            self._finish.insist(ending)
        tidy(self._store, self._job_id)
