"""The training that is measured: a model like the quickstart's, on handwritten digits.

As a program (``python -m bench.digits <file>``) it is the bare process that a job is compared with:
it imports Keras, builds the model, and fits it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

EPOCHS = 5
BATCH_SIZE = 64
VALIDATION = 297

Array = np.ndarray[Any, Any]


def save(path: Path) -> None:
    """Save the digits as an ``.npz`` file, so that nothing measured has to import scikit-learn."""
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    np.savez(path, images=(images / 16).astype(np.float32), labels=labels)


def load(path: Path) -> dict[str, Any]:
    """The data, named as the arguments of ``model.fit``."""
    with np.load(path) as file:
        images, labels = file["images"], file["labels"]
    return {
        "x": images[:-VALIDATION],
        "y": labels[:-VALIDATION],
        "validation_data": (images[-VALIDATION:], labels[-VALIDATION:]),
    }


def build() -> Any:
    """A fresh, compiled model."""
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model: Any, data: dict[str, Any]) -> None:
    """Train in this process."""
    model.fit(**data, batch_size=BATCH_SIZE, epochs=EPOCHS, verbose=2)


def online_fit(model: Any, data: dict[str, Any], **arguments: Any) -> str:
    """Train the same as a job; return its id once the trained weights are back."""
    from aibro import Training

    with quiet():
        job_id, _, _ = Training.online_fit(
            model,
            data["x"],
            data["y"],
            validation_data=data["validation_data"],
            **{"batch_size": BATCH_SIZE, "epochs": EPOCHS, **arguments},
        )
    return job_id


def finished_job(folder: Path) -> str:
    """Save the digits into the folder and train them as a job; return its id when it has ended."""
    path = folder / "digits.npz"
    save(path)
    return online_fit(build(), load(path), description="digits, first try")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Discard the progress output: standard output is for the results."""
    with Path(os.devnull).open("w") as nobody, contextlib.redirect_stdout(nobody):
        yield


if __name__ == "__main__":
    data = load(Path(sys.argv[1]))
    fit(build(), data)
