"""Ending what a dead runner left: whoever looks at the store next calls `reap`."""

from __future__ import annotations

from aibro.engines import engine
from aibro.errors import JobNotFound
from aibro.locks import owner_is_dead
from aibro.models import InstanceStatus, JobSubstatus, ReasonKind
from aibro.runner.spawn import RUNNER_LOCK
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.verdicts import finish_job


def reap(store: Store) -> None:
    """End every job whose runner died, and every instance that nobody keeps.

    Cheap when there is nothing to do: one look at a lock for each job and instance that is not over.

    Args:
        store: the store to look at.
    """
    for job_id in store.jobs.active_ids():
        if not owner_is_dead(store.job_folder(job_id) / RUNNER_LOCK):
            continue
        try:
            job = store.jobs.get(job_id)
        except JobNotFound:
            continue
        kind, reason = ReasonKind.RUNNER_LOST, (
            f"its runner process ended while the job was {job.substatus}; start it again"
        )
        if job.needs_kernel and job.substatus is JobSubstatus.REQUESTING_SERVER:
            reason = "its runner process ended before it began; start it again"
        finish_job(store, job_id, Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason))
    for instance in store.instances.open_owned():
        keeper = instance.job_id
        if keeper is not None and not owner_is_dead(store.job_folder(keeper) / RUNNER_LOCK):
            continue
        # The instance is ended before the store says so; a second reaper does no harm.
        engine(instance.engine).reap(store.instance_folder(instance.instance_id), instance.handle)
        if instance.status is not InstanceStatus.CLOSED:
            store.lifecycle.closed(instance.instance_id)
