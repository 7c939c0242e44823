"""Holding an idle instance for the next job."""

from __future__ import annotations

import time

from aibro.engines.base import InstanceLost, Link
from aibro.runner.watch import LOOK_S
from aibro.store import Store


def keep_while_cooling(store: Store, instance_id: str, job_id: str, link: Link) -> bool:
    """Keep an instance until its time is up, somebody closes it, or another job has claimed it.

    Returns:
        True when the instance has begun to close and is this runner's to release; false when it
        was handed over.
    """
    version: int | None = None
    instance = store.instances.owned(instance_id)
    while True:
        if (current := store.data_version()) != version:
            version = current
            instance = store.instances.owned(instance_id)
        if instance.job_id != job_id:
            link.hand_over()
            return False
        left = (instance.cooling_until or 0.0) - time.time()
        over = left <= 0 or instance.close_requested
        if over and store.lifecycle.begin_closing(instance_id, job_id):
            return True
        try:
            link.receive(min(LOOK_S, max(left, 0.001)))
        except InstanceLost:
            return store.lifecycle.begin_closing(instance_id, job_id, lost=True)
