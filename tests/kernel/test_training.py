"""Training off the kernel gives what ``model.fit`` gives."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.errors import JobCanceled
from aibro.models import JobStatus, ReasonKind
from tests.jobs import PATIENCE_S
from tests.kernel.conftest import small_model

NO_SHUFFLE = {"shuffle": False}

SCRIPT = """
import numpy, aibro
from tests.kernel.conftest import small_model
random = numpy.random.default_rng(3)
points = random.normal(size=(96, 4)).astype("float32")
targets = (points.sum(axis=1) > 0).astype("float32")
"""


def run(code: str, **options: Any) -> subprocess.Popen[str]:
    """Another kernel, as far as AIbro can tell."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT + code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=None,
        **options,
    )


@pytest.fixture(autouse=True)
def tests_can_be_imported(monkeypatch: pytest.MonkeyPatch, jax_alone: None) -> None:
    """The other kernels find the small model."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]), prepend=os.pathsep)


def test_online_fit_returns_what_fit_returns(
    notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    here = small_model()
    expected = here.fit(
        data["train_X"],
        data["train_Y"],
        batch_size=32,
        epochs=3,
        validation_data=(data["train_X"], data["train_Y"]),
        verbose=0,
        **NO_SHUFFLE,
    )

    job_id, trained, history = aibro.Training.online_fit(
        model,
        **data,
        batch_size=32,
        epochs=3,
        validation_data=(data["train_X"], data["train_Y"]),
        fit_kwargs=NO_SHUFFLE,
    )

    assert re.fullmatch("[0-9a-f]{12}", job_id)
    assert trained is model
    assert history.epoch == expected.epoch
    assert history.history.keys() == expected.history.keys()
    for metric, values in expected.history.items():
        np.testing.assert_allclose(history.history[metric], values, rtol=1e-5)
    for mine, theirs in zip(model.get_weights(), here.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)
    assert int(model.optimizer.iterations) == int(here.optimizer.iterations) == 9


def test_training_goes_on_where_the_last_job_ended(
    notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    options: dict[str, Any] = {"batch_size": 32, "cool_down_period_s": 60, "fit_kwargs": NO_SHUFFLE}

    aibro.Training.online_fit(model, **data, **options, epochs=2)
    _, _, history = aibro.Training.online_fit(model, **data, batch_size=32, fit_kwargs=NO_SHUFFLE)

    whole = small_model().fit(
        data["train_X"], data["train_Y"], batch_size=32, epochs=3, verbose=0, **NO_SHUFFLE
    )
    np.testing.assert_allclose(history.history["loss"][0], whole.history["loss"][2], rtol=1e-4)
    jobs = aibro.Job.list()
    assert jobs[0].instance_id == jobs[1].instance_id


def test_what_a_custom_layer_of_the_notebook_raises_reaches_the_cell(
    notebook_folder: Path, data: dict[str, Any]
) -> None:
    import keras

    class Picky(keras.layers.Layer):
        def call(self, inputs: Any, training: bool = False) -> Any:
            if training:
                raise ValueError("these numbers are too odd")
            return inputs

    model = keras.Sequential([keras.Input((4,)), Picky(), keras.layers.Dense(1)])
    model.compile("adam", "mse")

    with pytest.raises(JobCanceled, match="these numbers are too odd") as caught:
        aibro.Training.online_fit(model, **data, batch_size=32)

    assert caught.value.remote_traceback is not None
    assert "in call" in caught.value.remote_traceback
    job = aibro.Job.status(caught.value.job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.TRAINING_ERROR)
    assert job.reason is not None
    assert job.reason in str(caught.value)


def test_a_job_is_rejoined_from_another_kernel(notebook_folder: Path, data: dict[str, Any]) -> None:
    first = run(
        "print(aibro.Training.offline_fit(small_model(), points, targets, batch_size=32, epochs=2))"
    )
    out, problems = first.communicate(timeout=PATIENCE_S)
    assert first.returncode == 0, problems
    job_id = out.split()[-1]

    same_id, model, history = aibro.Job.result(job_id)

    assert same_id == job_id
    assert history.epoch == [0, 1]
    evaluated = model.evaluate(data["train_X"], data["train_Y"], verbose=0, return_dict=True)
    assert evaluated["loss"] < history.history["loss"][0]
    assert aibro.Job.wait(job_id).status is JobStatus.COMPLETED


def test_interrupting_the_cell_leaves_the_job_alone(notebook_folder: Path) -> None:
    gate = notebook_folder / "gate"
    cell = run(
        "import keras\n"
        "class Wait(keras.callbacks.Callback):\n"
        "    def on_epoch_begin(self, epoch, logs=None):\n"
        "        import pathlib, time\n"
        f"        while not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\n"
        "aibro.Training.online_fit(small_model(), points, targets, batch_size=32,\n"
        "    fit_kwargs={'callbacks': [Wait()]})\n"
    )
    assert cell.stdout is not None
    seen = ""
    while "TRAINING   TRAINING" not in seen:
        line = cell.stdout.readline()
        assert line, cell.communicate()[1]
        seen += line

    cell.send_signal(signal.SIGINT)
    _, problems = cell.communicate(timeout=PATIENCE_S)

    (job,) = aibro.Job.list()
    assert job.status is JobStatus.TRAINING
    assert "KeyboardInterrupt" in problems
    assert f"aibro.Job.result('{job.job_id}')" in problems
    assert f"aibro.Job.cancel('{job.job_id}')" in problems
    gate.touch()
    assert aibro.Job.wait(job.job_id).status is JobStatus.COMPLETED


def test_importing_aibro_imports_no_framework() -> None:
    code = (
        "import aibro, sys; aibro.Job; aibro.Comm; aibro.Training;"
        "print([name for name in ('keras', 'tensorflow', 'jax', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
