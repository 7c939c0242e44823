"""Ending what a dead runner left behind: runners that wait, kernels and the server call `reap`."""

from __future__ import annotations

from aibro.engines import engine
from aibro.errors import JobNotFound
from aibro.locks import owner_is_dead
from aibro.models import Job, JobSubstatus, ReasonKind
from aibro.replay.judging import finish_job
from aibro.runner_process import RUNNER_LOCK
from aibro.store import Store
from aibro.store.disk_reserve import JobReserve
from aibro.store.lifecycle import Ending
from aibro.upkeep.tidy import tidy


def reap(store: Store) -> None:
    """End every job whose runner died, and every instance that nobody keeps.

    Cheap when there is nothing to do: one lock is tested for each job and instance that is open.

    Args:
        store: the store.
    """
    ended: list[str] = []
    for job_id in store.jobs.active_ids():
        if not owner_is_dead(store.job_folder(job_id) / RUNNER_LOCK):
            continue
        try:
            finish_job(store, job_id, _ending(store, store.jobs.get(job_id)))
        except JobNotFound:
            continue
        ended.append(job_id)
    for asked in store.instances.pending():
        _reap_pending(store, asked.job_id)
    for instance in store.instances.open_owned():
        keeper = instance.job_id
        if keeper is not None and not owner_is_dead(store.job_folder(keeper) / RUNNER_LOCK):
            continue
        # Its runner may have handed it over before it died, so this checks once more. From here on
        # nobody can claim it.
        if not store.lifecycle.begin_closing(instance.instance_id, keeper, lost=True):
            continue
        engine(instance.engine).reap(store.instance_folder(instance.instance_id), instance.handle)
        store.lifecycle.closed(instance.instance_id)
    for job_id in ended:
        JobReserve(store.job_folder(job_id)).give_back()
        tidy(store, job_id)


def _reap_pending(store: Store, job_id: str) -> None:
    """Clear away what a dead runner had started while it asked for a machine."""
    if not owner_is_dead(store.job_folder(job_id) / RUNNER_LOCK):
        return
    # Looked up only now that the runner is seen dead: it may have got the instance before.
    for pending in store.instances.pending(job_id):
        engine(pending.engine).reap(store.instance_folder(pending.instance_id), {})
        store.admission.withdraw(job_id)


def _ending(store: Store, job: Job) -> Ending:
    if job.cancel_requested:
        kind = ReasonKind(store.jobs.field(job.job_id, "cancel_kind"))
        reason = str(store.jobs.field(job.job_id, "cancel_reason"))
        return Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason)
    when = "before it began" if job.machine_id is None else f"while the job was {job.substatus}"
    return Ending(
        substatus=JobSubstatus.CANCELED,
        kind=ReasonKind.RUNNER_LOST,
        reason=f"its runner process ended {when}; start it again",
    )
