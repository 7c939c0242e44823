"""A job's result, back in a kernel."""

from __future__ import annotations

import contextlib
import shutil
from typing import Any

from aibro.errors import Conflict, JobNotEnded, StoreError
from aibro.kernel.canceled import canceled
from aibro.models import JobStatus
from aibro.payloads.store import PayloadStore
from aibro.store import Store
from aibro.trainings import training_kind
from aibro.trainings.plan import decode_plan
from aibro.transitions import ENDED


def read_result(store: Store, job_id: str, into: Any = None) -> tuple[str, Any, Any]:
    """What came out of a job: for Keras the trained model and its ``History``.

    Args:
        store: the store.
        job_id: a job that has ended.
        into: the training that was sent; its objects get what it was trained to. ``None`` loads
            new ones.

    Raises:
        JobNotEnded: it still runs.
        JobCanceled: it has no result; says why. It is also of the kind that the training raised.
        Conflict: it came in a report, without a result.
        StoreError: the result's files are gone.
    """
    __tracebackhide__ = True
    job = store.jobs.get(job_id)
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; wait for it with Job.wait('{job_id}').")
    if job.status is JobStatus.CANCELED:
        error = canceled(store, job, into)
        if into is not None:
            _bring_back_failed(store, job_id, into)
        raise error
    folder = store.job_folder(job_id) / "result"
    if job.foreign:
        raise Conflict(
            f"Job {job_id} came in a report, which holds no trained model. Replay it with "
            f"Job.replay_job('{job_id}') to have one."
        )
    plan = decode_plan(store.jobs.field(job_id, "plan"))
    kind = training_kind(plan.kind)
    if not kind.has_result(folder):
        raise StoreError(f"The result of job {job_id} is gone from {folder}.")
    payloads = PayloadStore(store.payload_folder)
    model, history = kind.load_result(folder, plan, payloads.path, into)
    return job_id, model, history


def _bring_back_failed(store: Store, job_id: str, into: Any) -> None:
    """Change the kernel's objects as a training did that raised an exception, as ``fit`` does."""
    folder = store.failed_folder(job_id)
    if not folder.is_dir():
        return
    plan = decode_plan(store.jobs.field(job_id, "plan"))
    # The exception itself matters more. What it consists of may not fit together here.
    with contextlib.suppress(Exception):
        training_kind(plan.kind).load_failed(folder, into)
    shutil.rmtree(folder, ignore_errors=True)
