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
    if saved is not None and Path(saved).is_dir():
        return Path(saved)
    if job.foreign:
        why = "a report does not bring them along. Replay it to have some."
    elif saved is None:
        why = "it was run without. Run it with directory_to_save_log='.' to have them."
    elif job.status not in ENDED:
        why = "they come with the first epoch."
    else:
        why = f"{saved} is not there. Put the folder back, if it was moved."
    raise Conflict(f"Of job {job_id} there are no TensorBoard logs: {why}")
