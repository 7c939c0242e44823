"""Starts a job's runner, so that it outlives the process that starts it, and takes its lock."""

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
    """Take the lock of a new job's runner.

    This happens before the job is stored. A stored job whose lock is free counts as a job whose
    runner has died.

    Returns:
        The lock, for `spawn_runner`.

    Raises:
        DiskFull: there is no space for the job's folder.
        RuntimeError: the job has a runner already.
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
    """Start the runner in a session of its own, and pass the lock on to it.

    Args:
        store: the store.
        job_id: a job that is stored.
        lock: from `take_runner_lock`. It is released in this process, and the runner holds it from
            now on. If the runner could not be started, the lock is free, and the reaper ends the
            job.
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
    # Collect the exit status; otherwise the process would stay in the process table as a zombie.
    threading.Thread(target=process.wait, name=f"aibro-{job_id}", daemon=True).start()
