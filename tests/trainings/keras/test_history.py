from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from aibro.errors import DiskFull
from aibro.trainings.keras.history import TrainingHistory, read_history, write_history
from tests.small_disk import mounted_disk


def test_every_bit_of_a_history_is_kept(tmp_path: Path) -> None:
    history = TrainingHistory(
        history={
            "loss": [0.1 + 0.2, math.inf, math.nan],
            "learning_rate": [np.float32(0.1)],
            "f1_score": [np.array([0.5, 1 / 3], np.float32)],
        },
        epoch=[0, 1, 2],
        params={"verbose": 2, "epochs": 3, "steps": None},
    )
    path = tmp_path / "history.msgpack"
    write_history(path, history)
    back = read_history(path)
    assert back.history["loss"][:2] == [0.1 + 0.2, math.inf]
    assert math.isnan(back.history["loss"][2])
    assert back.history["learning_rate"] == [np.float32(0.1)]
    assert type(back.history["learning_rate"][0]) is np.float32
    np.testing.assert_array_equal(back.history["f1_score"][0], history.history["f1_score"][0])
    assert (back.epoch, back.params) == (history.epoch, history.params)


def test_a_full_disk_leaves_no_half_history(tmp_path: Path) -> None:
    history = TrainingHistory(history={"loss": [1.0] * (1 << 18)}, epoch=[], params={})
    with mounted_disk(tmp_path / "disk") as disk:
        with pytest.raises(DiskFull, match="the result"):
            write_history(disk / "history.msgpack", history)
        assert list(disk.iterdir()) == []
