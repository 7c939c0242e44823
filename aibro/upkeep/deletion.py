"""Deleting a job, or only its recording: the row first, then the files; even on a full disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from aibro.errors import JobNotEnded, JobNotRecorded
from aibro.locks import owner_is_dead
from aibro.payloads.store import PayloadStore, names_in
from aibro.runner_process import RUNNER_LOCK
from aibro.store import Store
from aibro.transitions import ENDED
from aibro.upkeep.tidy import needed_payloads

PATIENCE_S = 3.0
"""Seconds to wait for others who store payloads. If they take longer, what is no longer needed is
removed when the next job ends."""


def delete_job(store: Store, job_id: str) -> None:
    """Delete an ended job with its log and result; checkpoints and TensorBoard logs stay.

    Its instance goes on cooling. Its recording is deleted as well, except for what another job
    needs. The data of a job that was not recorded stays for reuse, until there is too much of it.

    Raises:
        JobNotFound: there is no such job.
        JobNotEnded: cancel it first.
    """
    recorded = store.jobs.get(job_id).recorded
    plan = store.jobs.plan(job_id)
    store.disk_reserve.lend(lambda: store.jobs.delete(job_id))
    folder = store.job_folder(job_id)
    if owner_is_dead(folder / RUNNER_LOCK):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        # Its runner is alive and still holds an instance. It needs its lock, and removes the rest
        # of the folder when it ends.
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != RUNNER_LOCK:
                path.unlink(missing_ok=True)
    if recorded:
        _free(store, plan)
    store.disk_reserve.take()


def delete_recording(store: Store, job_id: str) -> int:
    """Delete what was recorded of an ended job; the job stays, with its result, log and epochs.

    What another recorded or active job needs stays. So does the model as it was sent, which its
    result is loaded with.

    Returns:
        The number of bytes freed.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: there is nothing to delete.
        JobNotEnded: it still runs.
    """
    job = store.jobs.get(job_id)
    if not job.recorded:
        raise JobNotRecorded(f"Job {job_id} has no recording.")
    if job.status not in ENDED:
        raise JobNotEnded(
            f"Job {job_id} is {job.status}; its recording can be deleted when it has ended."
        )
    plan = store.jobs.plan(job_id)
    store.disk_reserve.lend(lambda: store.jobs.forget_recording(job_id))
    freed = _remove(store.state_folder(job_id)) + _free(store, plan)
    store.disk_reserve.take()
    return freed


def _free(store: Store, plan: str | None) -> int:
    if plan is None:
        return 0
    payloads = PayloadStore(store.payload_folder)
    payloads.dismiss(names_in(plan))
    with payloads.alone(PATIENCE_S) as alone:
        return payloads.collect(lambda: needed_payloads(store), float("inf")) if alone else 0


def _remove(folder: Path) -> int:
    size = sum(entry.stat().st_size for entry in os.scandir(folder)) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    return size
