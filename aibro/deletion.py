"""Forgetting a job: its row first, then its files."""

from __future__ import annotations

import shutil

from aibro.locks import owner_is_dead
from aibro.runner.spawn import RUNNER_LOCK
from aibro.store import Store


def delete_job(store: Store, job_id: str) -> None:
    """Delete an ended job with its log and result; checkpoints and TensorBoard logs stay.

    Its instance goes on cooling. Payloads that no other job needs go when they take too much room.

    Raises:
        JobNotFound: there is no such job.
        JobNotEnded: cancel it first.
    """
    store.jobs.delete(job_id)
    folder = store.job_folder(job_id)
    if owner_is_dead(folder / RUNNER_LOCK):
        shutil.rmtree(folder, ignore_errors=True)
        return
    # Its runner still holds an instance, and is alive as long as the lock is; it removes the rest.
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != RUNNER_LOCK:
            path.unlink(missing_ok=True)
