from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest

from aibro.errors import BadInput
from aibro.trainings.events import BatchEnded, EndedEpoch, TrainingEvent
from aibro.trainings.keras.history import TrainingHistory, read_history
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import TrainingPlan, payload_names

from .conftest import Plan
from .support import HERE, ROOT, run

NEIGHBOUR = "def double(x):\n    return x * 2\n"


@pytest.fixture(scope="module", params=["tensorflow", "jax"])
def notebook(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a notebook that has run, with the plans it made and what fit gave it."""
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "neighbour.py").write_text("def double(x):\n    return x * 2\n")
    (folder / "notebook.py").write_bytes((HERE / "notebook.py").read_bytes())
    run(folder / "notebook.py", folder, KERAS_BACKEND=request.param)
    # The file may change while a job waits: what the kernel had in memory counts.
    (folder / "neighbour.py").write_text("def double(x):\n    return x * 100\n")
    return folder


def epochs_of(result: Path) -> list[EndedEpoch]:
    events = msgspec.json.decode((result / "events.json").read_bytes(), type=list[TrainingEvent])
    return [event for event in events if isinstance(event, EndedEpoch)]


def test_a_notebook_gets_from_a_worker_what_fit_would_have_given_it(
    notebook: Path, tmp_path: Path
) -> None:
    log = run(HERE / "fresh_worker.py", notebook, tmp_path, False, "stacked", "subclassed")
    for job, kind in enumerate(("stacked", "subclassed")):
        result, expected = tmp_path / str(job), notebook / kind
        history = read_history(result / "history.msgpack")
        assert history.history == read_history(expected / "history.msgpack").history
        assert history.epoch == [0, 1, 2]
        assert "seen" in history.history, "callbacks run in the order of fit"
        epochs = epochs_of(result)
        assert epochs[-1].weights_hash == (expected / "weights.txt").read_text()
        assert [event.epoch for event in epochs] == [1, 2, 3]
        for index, event in enumerate(epochs):
            assert event.metrics == {name: v[index] for name, v in history.history.items()}
        assert sorted(path.name for path in (expected / "checkpoints").iterdir()) == [
            f"epoch-{number:04}.keras" for number in (1, 2, 3)
        ]
    assert log.count("Epoch ") == 6
    assert "\r" not in log, "the log is made of plain lines"
    assert "a train_step of the user's" in log
    facts = msgspec.json.decode((tmp_path / "facts.json").read_bytes())
    assert facts["packages"]["keras"] == keras.__version__


def test_a_deterministic_job_repeats_bit_for_bit_here_and_in_a_fresh_worker(
    notebook: Path, tmp_path: Path
) -> None:
    run(HERE / "fresh_worker.py", notebook, tmp_path / "one", True, "stacked", "stacked")
    run(HERE / "fresh_worker.py", notebook, tmp_path / "other", True, "stacked")
    first = epochs_of(tmp_path / "one" / "0")
    assert epochs_of(tmp_path / "one" / "1") == first
    assert epochs_of(tmp_path / "other" / "0") == first


def train(
    session: KerasTrainer, plan: TrainingPlan, resolve: Any, folder: Path
) -> list[TrainingEvent]:
    events: list[TrainingEvent] = []
    try:
        session.load(plan, resolve)
        session.fit(events.append)
        session.save_result(folder)
    finally:
        session.reset()
    return events


class Failing(keras.callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        del logs
        1 / batch


def test_batches_are_told_now_and_then_and_in_order(
    session: KerasTrainer, plan: Plan, tmp_path: Path
) -> None:
    events = train(session, *plan(batches=3000), tmp_path / "result")
    batches = [event for event in events if isinstance(event, BatchEnded)]
    assert 1 <= len(batches) < 300
    assert [event.batch for event in batches] == sorted({event.batch for event in batches})
    assert all(event.batches == 3000 and event.epoch == 1 for event in batches)
    assert isinstance(events[-1], EndedEpoch)
    assert events[-1].weights_hash is None, "only told when asked for"


def test_what_the_user_says_about_printing_counts(
    session: KerasTrainer, plan: Plan, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    train(session, *plan(fit_kwargs={"verbose": 0}), tmp_path / "result")
    assert "Epoch" not in capfd.readouterr().out


def test_a_result_is_whole_and_loads_with_plain_keras(
    session: KerasTrainer, plan: Plan, tmp_path: Path
) -> None:
    folder = tmp_path / "jobs" / "result"
    train(session, *plan(), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["history.msgpack", "model.keras"]
    assert keras.models.load_model(folder / "model.keras").optimizer.iterations == 4
    history = read_history(folder / "history.msgpack")
    assert isinstance(history, TrainingHistory)
    assert history.params["steps"] == 4


def test_an_error_in_training_comes_through_and_the_next_job_runs(
    session: KerasTrainer, plan: Plan, tmp_path: Path
) -> None:
    bad, resolve = plan(fit_kwargs={"callbacks": [Failing()]})
    with pytest.raises(ZeroDivisionError):
        train(session, bad, resolve, tmp_path / "bad")
    assert not (tmp_path / "bad").exists()
    assert train(session, *plan(), tmp_path / "good")
    assert str(tmp_path) not in sys.path


def test_a_plan_names_every_payload_it_needs(plan: Plan) -> None:
    made, resolve = plan(fit_kwargs={"sample_weight": np.ones(4), "class_weight": {0: 1.0}})
    names = payload_names(made)
    assert sorted(name.rpartition(".")[2] for name in names) == [
        "keras",
        "npy",
        "npy",
        "npy",
        "pkl",
    ]
    assert all(resolve(name).exists() for name in names)


def test_a_worker_keeps_its_framework(session: KerasTrainer) -> None:
    backend = keras.config.backend()
    assert session.gear_up(backend, False).backend == backend
    with pytest.raises(BadInput, match="needs a worker of its own"):
        session.gear_up(backend, True)


def test_a_framework_that_is_missing_is_named() -> None:
    with pytest.raises(BadInput, match=r"nothere is not installed for .* pip install nothere"):
        KerasTrainer().gear_up("nothere", False)


def test_importing_a_session_imports_no_framework() -> None:
    code = (
        "import sys, aibro.trainings.keras.worker.trainer; "
        "print({'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
