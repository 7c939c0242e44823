from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from aibro.errors import BadFolder, BadModel, DiskFull
from aibro.trainings.keras.model.check import check_saved
from aibro.trainings.keras.worker.checkpoints import EpochCheckpoints
from aibro.trainings.keras.worker.pace import Pace
from tests.small_disk import mounted_disk

ROWS = np.ones((8, 4), "float32")

EVERY_EPOCH = Pace(always=True)


def compiled(units: int = 1) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
    model.compile("adam", "mse")
    return model


def test_every_epoch_leaves_a_model_that_plain_keras_loads(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints" / "job"
    model, weights = compiled(), []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: weights.append(model.get_weights())
    )
    model.fit(
        ROWS,
        ROWS[:, :1],
        epochs=2,
        verbose=0,
        callbacks=[EpochCheckpoints(folder, EVERY_EPOCH), keep],
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "epoch-0001.keras",
        "epoch-0002.keras",
    ]
    for number, expected in enumerate(weights, start=1):
        loaded = keras.models.load_model(folder / f"epoch-{number:04}.keras")
        for mine, theirs in zip(expected, loaded.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, theirs)
        assert loaded.optimizer.iterations == number


def test_a_full_disk_is_told_with_the_file_and_leaves_whole_checkpoints(tmp_path: Path) -> None:
    with mounted_disk(tmp_path / "disk", size="2m") as disk:
        model = compiled(12000)  # 0.7 MB with the optimizer's state
        target = np.ones((8, 12000), "float32")
        with pytest.raises(DiskFull, match=r"checkpoint .*epoch-0003\.keras"):
            model.fit(
                ROWS,
                target,
                epochs=5,
                verbose=0,
                callbacks=[EpochCheckpoints(disk, EVERY_EPOCH)],
            )
        assert sorted(path.name for path in disk.iterdir()) == [
            "epoch-0001.keras",
            "epoch-0002.keras",
        ]
        keras.models.load_model(disk / "epoch-0002.keras")


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    callback = EpochCheckpoints(tmp_path / "file" / "checkpoints", EVERY_EPOCH)
    model = compiled()
    with pytest.raises(BadFolder, match="cannot be written: Not a directory"):
        model.fit(ROWS, ROWS[:, :1], verbose=0, callbacks=[callback])
    assert model.optimizer.iterations == 0


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (tmp_path / f".tmp-{gone.pid}-0123abcd-epoch-0001.keras").write_bytes(b"half")
    compiled().fit(
        ROWS, ROWS[:, :1], verbose=0, callbacks=[EpochCheckpoints(tmp_path, EVERY_EPOCH)]
    )
    assert [path.name for path in tmp_path.iterdir()] == ["epoch-0001.keras"]


class Forgetful(keras.Model):
    """Keras cannot know what it was made with."""

    def __init__(self, scale: Any) -> None:
        super().__init__()
        self.scale = scale
        self.out = keras.layers.Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.out(inputs) * self.scale(1.0)


def test_a_model_that_keras_cannot_save_trains_on_without_checkpoints(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = Forgetful(lambda x: x)
    model.compile("sgd", "mse")
    folder = tmp_path / "checkpoints"
    callbacks = [EpochCheckpoints(folder, EVERY_EPOCH)]
    history = model.fit(ROWS, ROWS[:, :1], epochs=2, verbose=0, callbacks=callbacks)
    assert len(history.epoch) == 2
    assert list(folder.iterdir()) == []
    assert capfd.readouterr().out.count("No checkpoints: ") == 1


def test_checkpoints_of_such_a_model_are_refused_when_they_are_asked_for() -> None:
    model = Forgetful(lambda x: x)
    model.compile("sgd", "mse")
    with pytest.raises(BadModel, match=r"Checkpoints cannot be saved\. .*directory_to_save_ckpt"):
        check_saved(model)
    check_saved(compiled())
