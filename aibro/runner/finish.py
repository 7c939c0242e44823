"""The end of a job: how it ended is stored, and its instance cools or closes.

A store that cannot be written, as on a full disk, is no reason to keep an instance or to say
nothing: `Finish.insist` gives everything back first, then tries until the store takes the ending.
"""

from __future__ import annotations

import time

from aibro.errors import StoreError
from aibro.models import ReasonKind
from aibro.replay.judging import finish_job
from aibro.runner.instance import HeldInstance
from aibro.runner.resume import Resume
from aibro.store import Store
from aibro.store.disk_reserve import JobReserve
from aibro.store.lifecycle import Ending

HEALTHY = frozenset({None, ReasonKind.TRAINING_ERROR})
"""Endings after which an instance can take another job."""

GONE = frozenset({ReasonKind.INSTANCE_LOST, ReasonKind.DISK_FULL})
"""Endings before which the instance is cleared away: it is lost, or takes room that is needed."""

RETRY_S = 0.5
GIVE_UP_S = 600.0
"""For how long, and how often, the ending is tried again while the store cannot be written."""


class Finish:
    """Ends one job.

    Args:
        store: the store.
        job_id: the job.
        instance: what the runner holds for it.
        resume: what its attempts have left, not needed any more.
        reserve: the room on the disk that is kept back for storing how it ends.
    """

    def __init__(
        self,
        store: Store,
        job_id: str,
        instance: HeldInstance,
        resume: Resume,
        reserve: JobReserve,
    ) -> None:
        self._store = store
        self._job_id = job_id
        self._instance = instance
        self._resume = resume
        self._reserve = reserve
        self._cool_down_period_s = store.jobs.submission(job_id).cool_down_period_s

    def finish(self, ending: Ending) -> None:
        """Store the ending, then hold the instance for the next job for as long as it cools.

        Raises:
            StoreError: the store cannot be written; nothing is lost yet, see `insist`.
        """
        gone = ending.kind in GONE
        if gone:
            self._instance.release()
        self._resume.clear()
        self._reserve.give_back()
        cool_s = self._cool_down_period_s if ending.kind in HEALTHY else 0.0
        if self._instance.link is None:
            cool_s = 0.0
        instance_id = self._instance.own_id()
        finish_job(self._store, self._job_id, ending, cool_s=cool_s, instance_gone=gone)
        if gone or instance_id is None:
            return
        if cool_s > 0 and not self._instance.keep_while_cooling(instance_id):
            return
        self._instance.release()
        self._store.lifecycle.closed(instance_id)

    def insist(self, ending: Ending) -> None:
        """Give back the instance, and its room on the disk, first; then store the ending.

        Raises:
            StoreError: the store could not be written for ten minutes.
        """
        self._instance.release()
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            try:
                finish_job(self._store, self._job_id, ending, instance_gone=True)
                if instance_id := self._instance.own_id():
                    self._store.lifecycle.closed(instance_id)
                return
            except StoreError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_S)
