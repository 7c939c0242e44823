"""A machine that is taken away costs time, not bits: Keras trains, on its real back ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from aibro.locks import LivenessLock
from aibro.models import JobStatus
from aibro.payloads.data import store_tree
from aibro.payloads.store import PayloadStore
from aibro.runner.run import JobRunner
from aibro.runner_process import take_runner_lock
from aibro.store import Store
from aibro.trainings.events import BatchEnded, EndedEpoch
from aibro.trainings.keras.files import checkpoint_file, state_file
from aibro.trainings.keras.model.dump import dump_model
from aibro.trainings.keras.result import load_result
from aibro.trainings.plan import TrainingPlan, decode_plan
from aibro.worker.protocol import ResultReady
from tests.conftest import without_tensorflow
from tests.jobs import Home
from tests.runner.taken import Moment, take_away
from tests.trainings.plans import keras_plan

EPOCHS = 5
ROWS, BATCH = 64, 16


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A state folder of all these jobs, so that one training that nobody disturbs serves many."""
    folder = tmp_path_factory.mktemp("bits") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIBRO_HOME", str(folder))
        made = Home(folder)
        yield made
        made.end()


@pytest.fixture(scope="module")
def whole(home: Home) -> str:
    """The id of a recorded job whose instance was left alone; on JAX."""
    with pytest.MonkeyPatch.context() as patch:
        without_tensorflow(patch)
        take_away(patch)
        return train(home, plan_of(home, "jax", recorded=True), recorded=True)


def plan_of(home: Home, backend: str, *, recorded: bool, **changes: Any) -> TrainingPlan:
    """A training with dropout, shuffling and a callback that counts."""
    payloads = PayloadStore(home.store.payload_folder)
    numbers = np.random.default_rng(1)
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, "relu"),
            keras.layers.Dropout(0.4),
            keras.layers.Dense(2),
        ]
    )
    # A metric of several values, too.
    scores = keras.metrics.F1Score(threshold=0.5)
    model.compile("adam", "mse", metrics=["mae", scores])
    callbacks = [keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=1, factor=0.5)]
    kwargs = {"verbose": 0, "callbacks": callbacks}
    plan = keras_plan(
        home.folder,
        backend=backend,
        model=dump_model(payloads, model, kwargs),
        train_X=store_tree(payloads, "train_X", numbers.random((ROWS, 4), "float32")),
        train_Y=store_tree(payloads, "train_Y", numbers.random((ROWS, 2), "float32")),
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=7 if recorded else None,
        deterministic=recorded,
        hash_weights=recorded,
    )
    return msgspec.structs.replace(plan, **changes)


def train(home: Home, plan: TrainingPlan, *, recorded: bool) -> str:
    """Run the job in this process, its worker with Keras."""
    store, job_id = home.store, home.store.jobs.new_id()
    lock: LivenessLock = take_runner_lock(store, job_id)
    store.jobs.create(
        home.submission(interpreter=sys.executable, backend=plan.backend),
        job_id=job_id,
        description="taken away",
        epochs=EPOCHS,
        recorded=recorded,
        plan=msgspec.json.encode(plan),
    )
    with lock:
        JobRunner(store, job_id).run()
    job = home.get(job_id)
    assert job.status is JobStatus.COMPLETED, (job.reason, job.traceback)
    home.check_pairs(job_id)
    return job_id


def went_on_after(home: Home, job_id: str) -> list[int]:
    """The epochs after which the attempts went on."""
    return [int(str(e.data["epoch"])) for e in home.events(job_id) if e.kind == "attempt"]


def result(store: Store, job_id: str) -> tuple[Any, Any]:
    """The trained model and its history."""
    plan = decode_plan(str(store.jobs.plan(job_id)))
    payloads = PayloadStore(store.payload_folder)
    return load_result(store.job_folder(job_id) / "result", plan, payloads.path, None)


def check_same(home: Home, one: str, other: str) -> None:
    """The weights, the metrics and the history of both jobs, bit for bit."""
    store = home.store
    ended = [(row.epoch, row.metrics) for row in store.jobs.epochs(one)]
    assert [(row.epoch, row.metrics) for row in store.jobs.epochs(other)] == ended
    assert len(ended) == EPOCHS
    (model, first), (other_model, second) = (result(store, job_id) for job_id in (one, other))
    models = model, other_model
    for weights in zip(*(model.get_weights() for model in models), strict=True):
        assert weights[0].tobytes() == weights[1].tobytes()
    for variables in zip(*(model.optimizer.variables for model in models), strict=True):
        assert np.asarray(variables[0]).tobytes() == np.asarray(variables[1]).tobytes()
    assert second.epoch == first.epoch == [*range(EPOCHS)]
    for values in zip(first.history.values(), second.history.values(), strict=True):
        for one_value, other_value in zip(*values, strict=True):
            assert type(one_value) is type(other_value)
            assert np.asarray(one_value).tobytes() == np.asarray(other_value).tobytes()
    assert [*second.history] == [*first.history]
    assert second.params == first.params


@pytest.mark.parametrize(
    ("backend", "recorded"), [("jax", True), ("jax", False), ("tensorflow", True)]
)
def test_it_comes_out_as_if_nothing_had_happened(
    home: Home,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    backend: str,
    recorded: bool,
) -> None:
    if backend == "jax":
        request.getfixturevalue("jax_alone")
    # Chance is the same for both jobs.
    monkeypatch.setattr("aibro.runner.resume.secrets.randbelow", lambda _: 7)
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "1")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    plan = plan_of(home, backend, recorded=recorded, checkpoint_folder=str(tmp_path / "whole"))
    take_away(monkeypatch)
    whole = train(home, plan, recorded=recorded)
    plan = msgspec.structs.replace(plan, checkpoint_folder=str(tmp_path / "taken"))
    take_away(monkeypatch, (EndedEpoch, 3), (EndedEpoch, 2), (ResultReady, 1))
    taken = train(home, plan, recorded=recorded)
    # The last epoch is trained again: after it there would be nothing to begin with.
    assert went_on_after(home, taken) == [2, 3, 4]
    check_same(home, whole, taken)
    assert home.get(taken).attempt == 4
    # The user's checkpoints are all there; what only the attempts needed is gone.
    assert len([*(tmp_path / "taken").glob("*.keras")]) == EPOCHS
    assert not home.store.state_folder(taken).exists()


@pytest.mark.usefixtures("jax_alone")
@pytest.mark.parametrize("moment", [(BatchEnded, 2), (EndedEpoch, 4)], ids=["batch", "epoch"])
def test_without_checkpoints_it_goes_on_from_its_own(
    home: Home, whole: str, monkeypatch: pytest.MonkeyPatch, moment: Moment
) -> None:
    plan = plan_of(home, "jax", recorded=True)
    engine = take_away(monkeypatch, moment)
    taken = train(home, plan, recorded=True)
    assert len(engine.launches) == 2
    check_same(home, whole, taken)
    assert not home.store.state_folder(taken).exists()
    assert home.store.jobs.plan(taken) == msgspec.json.encode(plan).decode()


@pytest.mark.usefixtures("jax_alone")
@pytest.mark.parametrize("what", ["checkpoint", "state", "both gone"])
def test_what_is_damaged_is_left_out(
    home: Home, whole: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "checkpoints"
    plan = plan_of(home, "jax", recorded=True, checkpoint_folder=str(folder))
    engine = take_away(monkeypatch, (EndedEpoch, 4))

    def damage() -> None:
        [job_id] = home.store.jobs.active_ids()
        checkpoint = checkpoint_file(folder, 3)
        state = state_file(home.store.state_folder(job_id), 3)
        if what == "checkpoint":
            data = bytearray(checkpoint.read_bytes())
            data[len(data) // 2] ^= 1
            checkpoint.write_bytes(data)
        elif what == "state":
            state.write_bytes(state.read_bytes()[:-20])
        else:
            checkpoint.unlink()
            state.unlink()

    engine.before = damage
    taken = train(home, plan, recorded=True)
    assert went_on_after(home, taken) == [2]
    check_same(home, whole, taken)
