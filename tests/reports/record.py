"""A kernel of its own that records jobs: a program with the state folder in ``$AIBRO_HOME``."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

import aibro


class Doubled(keras.layers.Layer):
    """A layer that exists nowhere but here."""

    def call(self, inputs: Any) -> Any:
        return inputs * 2


class FailsInSecondEpoch(keras.callbacks.Callback):
    """A callback with a bug in it."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        del logs
        if self.model.optimizer.iterations > 2:
            raise ValueError(f"batch {batch} was one too many")


def data() -> dict[str, Any]:
    X = np.arange(64, dtype="float32").reshape(16, 4) / 64
    return {"train_X": X, "train_Y": X.sum(axis=1), "epochs": 2, "batch_size": 8}


def plain() -> str:
    """A job of Keras's own parts only; it completes."""
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return aibro.Training.offline_fit(
        model,
        **data(),
        description="plain",
        record=True,
        fit_kwargs={"sample_weight": np.ones(16, "float32"), "shuffle": True},
        cool_down_period_s=60,
    )


def failing() -> str:
    """A job with code of the user's; it fails in its second epoch."""
    model = keras.Sequential([keras.Input((4,)), Doubled(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return aibro.Training.offline_fit(
        model,
        **data(),
        description="failing",
        record=True,
        fit_kwargs={"callbacks": [FailsInSecondEpoch()]},
    )


def main() -> None:
    for start in (plain, failing):
        aibro.Job.wait(start())


if __name__ == "__main__":
    main()
