"""A job's result, back in a kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.errors import Conflict, JobCanceled, JobNotEnded, StoreError
from aibro.models import JobStatus
from aibro.payloads import code
from aibro.payloads.history import read_history
from aibro.payloads.model import load_model
from aibro.payloads.store import PayloadStore
from aibro.store import Store
from aibro.transitions import ENDED
from aibro.worker.plan import TrainingPlan

if TYPE_CHECKING:
    from keras import Model
    from keras.callbacks import History

MODEL_FILE = "model.keras"
HISTORY_FILE = "history.msgpack"


def read_result(store: Store, job_id: str, into: Any = None) -> tuple[str, Model, History]:
    """The trained model and its history.

    Args:
        store: the store.
        job_id: a job that has ended.
        into: the model that was sent; it gets the trained weights and the optimizer's state.
            ``None`` loads a new one.

    Raises:
        JobNotEnded: it still runs.
        JobCanceled: it has no result; says why.
        Conflict: it came in a report, without a result.
        StoreError: the result's files are gone.
    """
    job = store.jobs.get(job_id)
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; wait for it with Job.wait('{job_id}').")
    if job.status is JobStatus.CANCELED:
        raise JobCanceled(job_id, job.reason or "", job.traceback)
    folder = store.job_folder(job_id) / "result"
    if job.foreign:
        raise Conflict(
            f"Job {job_id} came in a report, which holds no trained model. Replay it with "
            f"Job.replay_job('{job_id}') to have one."
        )
    if not (folder / MODEL_FILE).is_file():
        raise StoreError(f"The result of job {job_id} is gone from {folder}.")
    if into is None:
        model = _load(store, job_id)
    else:
        _take_weights(into, folder / MODEL_FILE)
        model = into
    return job_id, model, _history(store, job_id, model)


def _take_weights(model: Model, path: Path) -> None:
    # An optimizer makes its variables at the first step, which was not taken in this process.
    if model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    model.load_weights(path)


def _load(store: Store, job_id: str) -> Model:
    plan = msgspec.json.decode(store.jobs.field(job_id, "plan"), type=TrainingPlan)
    _choose_backend(plan.model.backend)
    objects: code.CustomObjects = {}
    if plan.model.code is not None:
        with PayloadStore(store.payload_folder).path(plan.model.code).open("rb") as file:
            objects = code.load_objects(file)
    result = store.job_folder(job_id) / "result" / MODEL_FILE
    return load_model(result, objects, safe_mode=plan.safe_mode)


def _choose_backend(backend: str) -> None:
    # If Keras is not imported yet, it still can have the back end that the model was made with.
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", backend)


def _history(store: Store, job_id: str, model: Model) -> History:
    from keras.callbacks import History

    kept = read_history(store.job_folder(job_id) / "result" / HISTORY_FILE)
    history = History()
    history.set_model(model)
    history.set_params(kept.params)
    history.epoch = kept.epoch
    history.history = kept.history
    return history
