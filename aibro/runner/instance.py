"""The instance that a runner holds for its job: the link to it, and how it is given up."""

from __future__ import annotations

import time

from aibro.engines import engine
from aibro.engines.base import InstanceLost, Link
from aibro.runner.watch import LOOK_S
from aibro.store import Store
from aibro.worker.protocol import Spoiled


class HeldInstance:
    """What a job's runner has of an instance; nothing at first.

    Args:
        store: the store.
        job_id: the job that the instance works for.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id
        self.link: Link | None = None
        """The connection to it; ``None`` when there is none, or no longer."""

    def own_id(self) -> str | None:
        """Its id, unless the job has none or another job has claimed it."""
        instance_id = self._store.jobs.get(self._job_id).instance_id
        if instance_id is None:
            return None
        if self._store.instances.owned(instance_id).job_id != self._job_id:
            return None
        return instance_id

    def release_link(self) -> None:
        """End what the link leads to, if there is one."""
        if self.link is not None:
            self.link.release()
            self.link = None

    def release(self) -> None:
        """End whatever there is of the instance."""
        if self.link is not None:
            self.release_link()
            return
        # A launch that failed midway may have left something behind.
        if instance_id := self.own_id():
            owned = self._store.instances.owned(instance_id)
            engine(owned.engine).reap(self._store.instance_folder(instance_id), owned.handle)

    def keep_while_cooling(self, instance_id: str) -> bool:
        """Hold the idle instance until its time is up, somebody closes it, or a job claims it.

        There has to be a link.

        Returns:
            True when the instance has begun to close and is this runner's to release; false when
            it was handed over to the runner of the job that claimed it.
        """
        assert self.link is not None
        version: int | None = None
        instance = self._store.instances.owned(instance_id)
        while True:
            if (current := self._store.data_version()) != version:
                version = current
                instance = self._store.instances.owned(instance_id)
            if instance.job_id != self._job_id:
                self.link.hand_over()
                return False
            left = (instance.cooling_until or 0.0) - time.time()
            over = left <= 0 or instance.close_requested
            if over and self._store.lifecycle.begin_closing(instance_id, self._job_id):
                return True
            try:
                event = self.link.receive(min(LOOK_S, max(left, 0.001)))
                if isinstance(event, Spoiled):
                    return self._store.lifecycle.begin_closing(instance_id, self._job_id, lost=True)
            except InstanceLost:
                return self._store.lifecycle.begin_closing(instance_id, self._job_id, lost=True)
