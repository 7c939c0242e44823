"""A job's runner as others see it: starting it so that it outlives them, and its lock."""

from __future__ import annotations

import subprocess
import sys
import threading

from aibro.errors import DiskFull
from aibro.locks import LivenessLock
from aibro.payloads.atomic import disk_is_full
from aibro.store import Store

RUNNER_LOCK = "runner.lock"
SUBMIT_LOCK = "submit.lock"


def take_runner_lock(store: Store, job_id: str) -> LivenessLock:
    """Lock a new job's runner before the job is stored, so that it is never without an owner.

    Raises:
        DiskFull: there is no room for the job's folder.
    """
    lock = LivenessLock(store.job_folder(job_id) / RUNNER_LOCK)
    try:
        taken = lock.acquire()
    except OSError as error:
        if disk_is_full(error):
            raise DiskFull("the job's folder") from error
        raise
    if not taken:
        raise RuntimeError(f"job {job_id} has a runner already")
    return lock


def spawn_runner(store: Store, job_id: str, lock: LivenessLock) -> None:
    """Start the runner in a session of its own and hand the lock on to it.

    Args:
        store: the store.
        job_id: a job that is stored.
        lock: from `take_runner_lock`; released here, the runner holds it from now on. Without a
            runner nobody does, and who looks next ends the job.
    """
    command = [sys.executable, "-m", "aibro.runner", str(store.home), job_id, str(lock.descriptor)]
    with lock, (store.job_folder(job_id) / "runner.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.descriptor],
            start_new_session=True,
            cwd="/",
        )
    # Whoever started it collects its exit status, else it stays in the process table as a zombie.
    threading.Thread(target=process.wait, name=f"aibro-{job_id}", daemon=True).start()
