"""Every wrong argument gets a sentence that says what to do, and changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.errors import AibroError, BadInput, JobCanceled, JobNotFound, JobNotRecorded, StoreTooNew
from aibro.models import ReasonKind
from aibro.store.database import SCHEMA_VERSION, Database

from .conftest import small_model

CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "no epochs": ({"epochs": 0}, "epochs", "from 1 to"),
    "half an epoch": ({"epochs": 1.5}, "epochs", "whole number"),
    "no folder": ({"directory_to_save_log": ""}, "directory_to_save_log", "'.'"),
    "a list of arguments": ({"fit_kwargs": [1]}, "fit_kwargs", "dict"),
    "half recorded": ({"record": "no"}, "record", "True or False"),
    "half a character": ({"description": "\ud800"}, "description", "proper text"),
    "no batch": ({"batch_size": 0}, "batch_size", "from 1 to"),
    "negative wait": ({"wait_request_s": -1}, "wait_request_s", "negative"),
    "endless wait": ({"wait_request_s": float("inf")}, "wait_request_s", "finite"),
    "negative cooling": ({"cool_down_period_s": -5}, "cool_down_period_s", "negative"),
    "cooling for ever": ({"cool_down_period_s": 1e20}, "cool_down_period_s", "at most 604800"),
    "cooling in words": ({"cool_down_period_s": "long"}, "cool_down_period_s", "number"),
    "negative interval": (
        {"wait_new_job_create_interval": -1},
        "wait_new_job_create_interval",
        "negative",
    ),
    "unknown machine": ({"machine_ids": ["moon.od"]}, "machine_ids", "local.od"),
    "no machine": ({"machine_ids": []}, "machine_ids", "list"),
    "endless description": ({"description": "x" * 10_001}, "description", "10000"),
    "no such folder": ({"directory_to_save_ckpt": "gone"}, "directory_to_save_ckpt", "Make it"),
    "a file as folder": ({"directory_to_save_log": "file"}, "directory_to_save_log", "is a file"),
    "fewer targets": ({"train_Y": np.zeros(7)}, "train_Y", "7"),
    "empty data": (
        {"train_X": np.zeros((0, 4)), "train_Y": np.zeros(0)},
        "train_X",
        "",
    ),
    "objects": ({"train_X": np.array([object()] * 96)}, "train_X", "object"),
    "a word for data": ({"train_X": "digits.csv"}, "train_X", ""),
    "validation without targets": (
        {"validation_data": (np.zeros((3, 4)),)},
        "validation_data",
        "(x, y)",
    ),
    "x again": ({"fit_kwargs": {"x": 1}}, "fit_kwargs", "train_X"),
    "a misspelt argument": ({"fit_kwargs": {"shufle": True}}, "fit_kwargs", "shuffle"),
}  # fmt: skip


def nothing_changed(home: Path) -> bool:
    """No job, no payload, nothing half-written."""
    left = [
        path for path in home.rglob("*") if path.is_file() and not path.name.startswith("aibro.db")
    ]
    return not aibro.Job.list() and not left


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_argument_is_named(
    case: str, notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    (notebook_folder / "file").touch()
    wrong, field, words = CASES[case]

    with pytest.raises(BadInput) as caught:
        aibro.Training.online_fit(**{"model": model, **data, **wrong})

    assert caught.value.field == field
    assert words in caught.value.message
    assert isinstance(caught.value, ValueError)
    assert nothing_changed(notebook_folder.parent / "home")


def test_a_folder_that_cannot_be_written_is_named(
    notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    with pytest.raises(BadInput, match="/proc cannot be written into"):
        aibro.Training.online_fit(model, **data, directory_to_save_ckpt="/proc")
    assert nothing_changed(notebook_folder.parent / "home")


def test_what_is_no_model_is_named(notebook_folder: Path, data: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"str, not a Keras 3 model"):
        aibro.Training.online_fit("resnet", **data)
    assert nothing_changed(notebook_folder.parent / "home")


def test_a_model_that_is_not_compiled_is_told_so(
    notebook_folder: Path, data: dict[str, Any]
) -> None:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    with pytest.raises(BadInput, match=r"model\.compile"):
        aibro.Training.online_fit(model, **data)
    assert nothing_changed(notebook_folder.parent / "home")


def test_a_distribution_of_the_notebook_is_refused_with_advice_that_works(
    notebook_folder: Path, data: dict[str, Any]
) -> None:
    import keras

    keras.distribution.set_distribution(keras.distribution.DataParallel())
    try:
        with pytest.raises(BadInput, match=r"keras\.distribution is set") as told:
            aibro.Training.online_fit(small_model(), **data)
        assert nothing_changed(notebook_folder.parent / "home")
        exec(re.findall(r"keras\.[a-z_.]+\(None\)", told.value.message)[0], {"keras": keras})
        aibro.Training.online_fit(small_model(), **data)
    finally:
        keras.distribution.set_distribution(None)


def test_a_model_of_a_tensorflow_strategy_is_told_so(tmp_path: Path) -> None:
    script = (
        "import keras, numpy, tensorflow as tf, aibro\n"
        "with tf.distribute.MirroredStrategy(['CPU:0']).scope():\n"
        "    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n"
        "    model.compile('sgd', 'mse')\n"
        "try:\n"
        "    aibro.Training.online_fit(model, numpy.ones((8, 4)), numpy.ones(8))\n"
        "except aibro.errors.BadInput as error:\n"
        "    print(error)\n"
    )
    variables = {**os.environ, "KERAS_BACKEND": "tensorflow", "AIBRO_HOME": str(tmp_path)}
    variables.pop("PYTHONPATH", None)  # There TensorFlow is hidden.
    told = subprocess.run(
        [sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True
    )
    assert "inside the scope of a tf.distribute strategy" in told.stdout


def test_a_layer_that_cannot_be_sent_is_named(notebook_folder: Path, data: dict[str, Any]) -> None:
    import keras

    log = (notebook_folder / "log").open("w")

    class Telling(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            log.write("called")
            return inputs

    model = keras.Sequential([keras.Input((4,)), Telling(name="guard"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    words = r"sent: layer 'guard' \(Telling\): 'log' in Telling\.call\(\) is an open file"
    with log, pytest.raises(BadInput, match=words):
        aibro.Training.online_fit(model, **data)
    assert not aibro.Job.list()


@pytest.mark.parametrize("job_id", ["7f3a", "", "a" * 1000, "../../etc", "ABCDEF012345", 7, None])
def test_what_is_no_job_id_is_told_so(job_id: Any, notebook_folder: Path) -> None:
    with pytest.raises(JobNotFound) as caught:
        aibro.Job.status(job_id)
    assert "job id" in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    "call",
    [
        aibro.Job.status,
        aibro.Job.wait,
        aibro.Job.result,
        aibro.Job.cancel,
        aibro.Job.logs,
        aibro.Job.verdict,
        aibro.Job.plot_timeline,
        aibro.Job.replay_job,
        aibro.Job.get_tensorboard_logs,
    ],
)
def test_an_unknown_job_is_told_so_everywhere(call: Any, notebook_folder: Path) -> None:
    with pytest.raises(JobNotFound, match=r"no job 0123456789ab\. Job\.list\(\)"):
        call("0123456789ab")


def test_a_job_that_was_not_recorded_cannot_be_replayed(
    notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    job_id, _, _ = aibro.Training.online_fit(model, **data, batch_size=32)

    with pytest.raises(
        JobNotRecorded, match=f"Job {job_id} was not recorded; run it with record=True"
    ):
        aibro.Job.replay_job(job_id)
    with pytest.raises(AibroError, match="not a replay"):
        aibro.Job.verdict(job_id)
    assert [job.job_id for job in aibro.Job.list()] == [job_id]


def test_a_framework_that_is_missing_is_told_so(
    notebook_folder: Path, data: dict[str, Any], model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aibro.trainings.keras.training.KerasTraining.backend", "torch")

    with pytest.raises(JobCanceled, match="pip install torch"):
        aibro.Training.online_fit(model, **data)

    assert aibro.Job.list()[0].reason_kind is ReasonKind.ENVIRONMENT


def test_a_store_of_a_newer_version_is_left_alone(notebook_folder: Path) -> None:
    path = notebook_folder.parent / "home" / "aibro.db"
    database = Database(path)
    with database.write() as write:
        write.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    before = path.read_bytes()

    with pytest.raises(StoreTooNew, match="Update jupyterlab-aibro"):
        aibro.Job.list()

    assert path.read_bytes() == before


def test_settings_that_make_no_sense_are_told_so(
    notebook_folder: Path, data: dict[str, Any], model: Any
) -> None:
    home = notebook_folder.parent / "home"
    home.mkdir()
    (home / "settings.toml").write_text("max_active_jobs = 'many'\n")

    with pytest.raises(AibroError, match=r"settings\.toml is not valid"):
        aibro.Training.online_fit(model, **data)
    assert not aibro.Job.list()
