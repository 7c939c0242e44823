"""Reports to test with: of jobs made of rows, and changed ones whose checksums are right again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from aibro.machine_spec import LOCAL, MachineSpec
from aibro.models import (
    Environment,
    JobFilter,
    JobSubstatus,
    PeriodName,
    ReasonKind,
)
from aibro.payloads.store import PayloadStore
from aibro.reports.format import MANIFEST
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.events import EndedEpoch, Failure
from aibro.trainings.keras.spec import ModelPayload
from tests.store.support import SUBMISSION
from tests.trainings.plans import keras_plan

Members = dict[str, bytes]
T0 = 90.0
"""Jobs begin to train ten seconds later, and once more every ten seconds."""
METRICS = {"loss": float("nan"), "accuracy": 0.1 + 0.2, "top": float("inf")}
ENVIRONMENT = Environment(
    interpreter="/home/ada/venv/bin/python3",
    python="3.11.7",
    backend="jax",
    packages={"keras": "3.15.1"},
    platform="Linux",
    cpu="a processor",
    cpus=2,
    threads={"NPROC": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"},
    gpus=[],
)


def add_recorded_job(
    store: Store,
    *,
    array: np.ndarray[Any, Any] | None = None,
    code: bytes | None = b"a pickle",
    log: bytes = b"Epoch 1/3\n",
    attempts: int = 1,
    **plan: Any,
) -> str:
    """A recorded job that failed in its second epoch; nothing of it was ever run.

    Args:
        array: a part of its training data.
        code: the user's own code.
        log: what the training printed.
        attempts: how often it began; its machine was taken away from all but the last.
        plan: further fields of its plan.
    """
    job_id = store.jobs.new_id()
    payloads = PayloadStore(store.payload_folder)
    X = payloads.add_array(np.arange(12, dtype="float32") if array is None else array)
    Y = payloads.add_array(np.arange(3, dtype="int64"))
    model = ModelPayload(
        model=payloads.add_bytes(keras_file(), "keras"),
        code=None if code is None else payloads.add_bytes(code, "pkl"),
        fit_arguments={"shuffle": True, "validation_split": 0.25},
        fit_arrays={"sample_weight": {"array": Y}},
        random_states=[[1, 2]],
    )
    defaults: dict[str, Any] = {
        "model": model,
        "train_X": {"dict": {"image": {"array": X, "dtype": "bfloat16"}, "age": {"array": Y}}},
        "train_Y": {"list": [{"array": Y}, None]},
        "validation_data": {"tuple": [{"array": X}, {"array": Y}]},
        "epochs": 3,
        "batch_size": 2,
        "validation_split": 0.25,
        "parameters": 5,
        "arguments": ["sample_weight", "shuffle", "validation_split"],
        "seed": 7,
        "deterministic": True,
        "hash_weights": True,
        "checkpoint_folder": "/home/ada/checkpoints",
        "log_folder": "/home/ada/logs",
        "working_directory": "/home/ada",
        "state_folder": "/home/ada/.aibro/states",
    }
    store.jobs.create(
        SUBMISSION,
        job_id=job_id,
        description="rows only ☃",
        epochs=3,
        recorded=True,
        plan=msgspec.json.encode(keras_plan(**(defaults | plan))),
    )
    for attempt in range(1, attempts):
        instance_id = _train(store, job_id, T0 + 10 * attempt)
        store.lifecycle.restart(job_id, 0, "its machine was taken away")
        store.lifecycle.closed(instance_id)
    _train(store, job_id, T0 + 10 * attempts)
    _fail(store, job_id)
    folder = store.job_folder(job_id)
    folder.mkdir(parents=True)
    (folder / "log.txt").write_bytes(log)
    return job_id


def _train(store: Store, job_id: str, start: float) -> str:
    """End the first epoch on a new instance, and return the instance's id."""
    machine = MachineSpec(machine_id=LOCAL, engine="local", cpus=1)
    instance_id = store.instances.new_id()
    assert store.admission.launch(job_id, machine, instance_id, "key", 0, limit=100)
    store.lifecycle.period(job_id, PeriodName.INSTANCE_CONNECT, start - 1, start - 0.5)
    for substatus in (JobSubstatus.SENDING, JobSubstatus.GEARING_ENV, JobSubstatus.TRAINING):
        store.lifecycle.proceed(job_id, substatus)
    store.lifecycle.environment(job_id, ENVIRONMENT)
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, start + 0.25, start + 1.5)
    epoch = EndedEpoch(epoch=1, metrics=METRICS, weights_hash="ab" * 16, at=start + 1.25)
    store.lifecycle.epochs(job_id, [epoch])
    return instance_id


def _fail(store: Store, job_id: str) -> None:
    failure = Failure(exception="ValueError", message="no", place="call in a.py", epoch=2, batch=1)
    ending = Ending(
        substatus=JobSubstatus.CANCELED,
        reason="ValueError: no",
        kind=ReasonKind.TRAINING_ERROR,
        traceback="Traceback (most recent call last):\nValueError: no ☃\n",
        failure=msgspec.json.encode(failure).decode(),
    )
    store.lifecycle.finish(job_id, ending, instance_gone=True)


def keras_file(**more: bytes) -> bytes:
    """What looks like a ``.keras`` file from outside."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            archive.writestr(name, b"{}")
        for name, data in more.items():
            archive.writestr(name, data)
    return file.getvalue()


def job_called(store: Store, description: str) -> str:
    """The id of the recorded job of that description."""
    jobs = store.jobs.page(filter_=JobFilter.RECORDED).jobs
    (job,) = [job for job in jobs if job.description == description]
    return job.job_id


def members_of(report: Path) -> Members:
    """The members of a report, by name."""
    with zipfile.ZipFile(report) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def resealed(
    report: Path,
    target: Path,
    change: Callable[[Members], None],
    manifest: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Path:
    """A report with other contents whose sizes and checksums are right all the same.

    Args:
        report: the original.
        target: the file to write.
        change: changes the members.
        manifest: changes the manifest at last.
    """
    members = members_of(report)
    told = json.loads(members.pop(MANIFEST))
    change(members)
    told["members"] = [
        {"name": name, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in members.items()
    ]
    manifest(told)
    data = json.dumps(told).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, data)
        archive.comment = f"aibro-report sha256:{hashlib.sha256(data).hexdigest()}".encode()
    return target


def in_json(members: Members, name: str, change: Callable[[Any], None]) -> None:
    """Change a member that is JSON."""
    value = json.loads(members[name])
    change(value)
    members[name] = json.dumps(value).encode()


class Untouched:
    """Says whether a state folder is as it was."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before = self._look()

    def check(self) -> None:
        assert self._look() == self._before

    def _look(self) -> tuple[int, list[tuple[str, int]]]:
        files = sorted(
            (str(path), path.stat().st_size)
            for path in self._store.home.rglob("*")
            if not path.name.startswith("aibro.db") and path.is_file()
        )
        return self._store.history.seq(), files
