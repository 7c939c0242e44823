"""Where the TensorBoard logs of a job lie."""

from __future__ import annotations

from pathlib import Path

from aibro.errors import Conflict
from aibro.payloads.folders import log_folder
from aibro.store import Store
from aibro.transitions import ENDED


def tensorboard_logs(store: Store, job_id: str) -> Path:
    """The folder with a job's ``train/`` and ``validation/``.

    Raises:
        JobNotFound: there is no such job.
        Conflict: it was run without ``directory_to_save_log``, or the logs were moved.
    """
    job = store.jobs.get(job_id)
    saved = log_folder(store.jobs.submission(job_id).directory_to_save_log, job_id)
    if saved is None or not Path(saved).is_dir():
        raise Conflict(
            f"Job {job_id} has no TensorBoard logs"
            + (" yet." if job.status not in ENDED and saved is not None else ".")
            + " Run it with directory_to_save_log='.' to have them."
        )
    return Path(saved)
