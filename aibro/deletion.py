"""Forgetting a job: its row first, then its files."""

from __future__ import annotations

import shutil

from aibro.store import Store


def delete_job(store: Store, job_id: str) -> None:
    """Delete an ended job with its log and result; checkpoints and TensorBoard logs are the user's and stay.

    Payloads that no other job needs go when the folder of payloads is next tidied.

    Raises:
        JobNotFound: there is no such job.
        JobNotEnded: cancel it first.
    """
    store.jobs.delete(job_id)
    shutil.rmtree(store.job_folder(job_id), ignore_errors=True)
