"""A small model and small data in a notebook's folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
# Few threads: several tests run at a time on few cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def starts_soon(jax_alone: None) -> None:
    """Neither kernel nor workers find TensorFlow."""


@pytest.fixture
def notebook_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's working folder, and a state folder beside it."""
    monkeypatch.setenv("AIBRO_HOME", str(tmp_path / "home"))
    folder = tmp_path / "notebook"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def data() -> dict[str, Any]:
    """Separable points, the same in every run."""
    return small_data()


def small_data() -> dict[str, Any]:
    """Points and on which side of a plane they are."""
    random = np.random.default_rng(3)
    points = random.normal(size=(96, 4)).astype("float32")
    targets = (points.sum(axis=1) > 0).astype("float32")
    return {"train_X": points, "train_Y": targets}


@pytest.fixture
def model() -> Any:
    """A compiled model without chance in it."""
    return small_model()


def small_model() -> Any:
    """Two layers with fixed initial weights."""
    import keras

    keras.utils.set_random_seed(11)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
