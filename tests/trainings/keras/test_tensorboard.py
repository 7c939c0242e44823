from __future__ import annotations

import contextlib
import itertools
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from urllib.request import urlopen

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from aibro.errors import BadFolder, DiskFull
from aibro.trainings.keras.worker.tensorboard import EpochLogs, EventFile
from tests.jobs import until
from tests.small_disk import mounted_disk

from .support import ROOT

ROWS = np.random.default_rng(0).random((8, 4)).astype("float32")


def compiled() -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


def scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    reader = EventAccumulator(str(folder))
    reader.Reload()
    return {
        tag: [(event.step, event.value) for event in reader.Scalars(tag)]
        for tag in reader.Tags()["scalars"]
    }


def test_logs_hold_the_values_of_the_history_under_the_tags_of_keras(tmp_path: Path) -> None:
    history = compiled().fit(
        ROWS,
        ROWS[:, :1],
        epochs=3,
        verbose=0,
        validation_data=(ROWS, ROWS[:, :1]),
        callbacks=[EpochLogs(tmp_path / "logs")],
    )
    train, validation = scalars(tmp_path / "logs/train"), scalars(tmp_path / "logs/validation")
    assert set(train) == {"epoch_loss", "epoch_mae", "epoch_learning_rate"}
    assert set(validation) == {"epoch_loss", "epoch_mae"}
    for name in ("loss", "mae"):
        assert train[f"epoch_{name}"] == list(enumerate(history.history[name]))
        assert validation[f"epoch_{name}"] == list(enumerate(history.history[f"val_{name}"]))
    assert train["epoch_learning_rate"][0][1] == pytest.approx(0.01)


def test_a_restarted_training_has_each_epoch_once_in_every_reader(tmp_path: Path) -> None:
    def log(epochs: range, loss: float) -> None:
        logs = EpochLogs(tmp_path / "logs", epochs.start)
        logs.set_model(compiled())
        logs.on_train_begin()
        for epoch in epochs:
            logs.on_epoch_end(epoch, {"loss": loss + epoch, "val_loss": loss + epoch})
        logs.on_train_end()

    log(range(5), 100.0)
    later = time.time() + 2
    with patch("time.time", lambda: later):
        log(range(2, 4), 200.0)
    expected = [(0, 100.0), (1, 101.0), (2, 202.0), (3, 203.0)]
    for run in ("train", "validation"):
        assert scalars(tmp_path / "logs" / run)["epoch_loss"] == expected
    until_served(tmp_path / "logs", {"train": expected, "validation": expected})


def until_served(folder: Path, expected: dict[str, list[tuple[int, float]]]) -> None:
    """Wait until TensorBoard's own server shows these losses of the runs in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "tensorboard.main", "--logdir", str(folder), "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, *command, "--host", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def shown(run: str) -> list[tuple[int, float]]:
        query = urlencode({"run": run, "tag": "epoch_loss"})
        address = f"http://127.0.0.1:{port}/data/plugin/scalars/scalars?{query}"
        with contextlib.suppress(OSError), urlopen(address) as response:
            return [(step, value) for _, step, value in json.load(response)]
        return []

    try:
        until(
            lambda: all(shown(run) == expected[run] for run in expected), "each epoch is there once"
        )
    finally:
        server.kill()
        server.wait()


def test_every_epoch_can_be_read_as_soon_as_it_ends(tmp_path: Path) -> None:
    seen = []
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda *_: seen.append(len(scalars(tmp_path / "train")["epoch_loss"]))
    )
    callbacks = [EpochLogs(tmp_path), look]
    compiled().fit(ROWS, ROWS[:, :1], epochs=3, verbose=0, callbacks=callbacks)
    assert seen == [1, 2, 3]
    assert not (tmp_path / "validation").exists()


def test_two_writers_in_one_second_do_not_share_a_file(tmp_path: Path) -> None:
    first, second = EventFile(tmp_path), EventFile(tmp_path)
    assert first.path != second.path
    for file in (first, second):
        file.close()


def test_a_full_disk_leaves_a_file_of_whole_records(tmp_path: Path) -> None:
    with mounted_disk(tmp_path / "disk", size="16k") as disk:
        file = EventFile(disk / "train")
        epoch = {f"epoch_{i}": 1.0 for i in range(20)}

        def fill() -> None:
            for step in itertools.count():
                file.add_scalars(epoch, step)

        with pytest.raises(DiskFull, match=r"the log .*tfevents"):
            fill()
        file.close()
        whole = scalars(disk / "train")
        assert len(whole["epoch_0"]) == len(whole["epoch_19"]) > 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadFolder, match="cannot be written: Not a directory") as caught:
        EventFile(tmp_path / "file" / "train")
    assert caught.value.field == "directory_to_save_log"


def test_writing_logs_does_not_import_tensorflow(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from aibro.trainings.keras.worker.tensorboard import EventFile
file = EventFile(Path({str(tmp_path)!r}))
file.add_scalars({{"epoch_loss": 0.5}}, step=0)
print("tensorflow" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "KERAS_BACKEND": "jax", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
    assert scalars(tmp_path) == {"epoch_loss": [(0, 0.5)]}
