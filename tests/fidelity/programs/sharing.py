"""What several objects share, and what changes outside the model."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .base import Training, X, Y, dense, program


@program
def weight_shared_by_loss_and_callback() -> Training:
    beta = keras.Variable(0.0)

    class WarmUp(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            beta.assign(float(epoch))

    def loss(true: Any, guessed: Any) -> Any:
        return ops.mean((true - guessed) ** 2) + beta * ops.mean(guessed**2)

    model = dense()
    model.beta = beta
    model.compile("sgd", loss)
    return Training(model, X, Y, {"callbacks": [WarmUp()]}, lambda: float(beta))


@program
def dict_shared_by_loss_and_callback() -> Training:
    beta = {"value": 0.0}

    class WarmUp(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            beta["value"] = float(epoch)

    def loss(true: Any, guessed: Any) -> Any:
        return ops.mean((true - guessed) ** 2) + beta["value"] * ops.mean(guessed**2)

    model = dense(loss=loss, run_eagerly=True)
    return Training(model, X, Y, {"callbacks": [WarmUp()]}, lambda: beta)


COUNT = 0
SEEN: list[int] = []


@program
def variables_of_the_notebook() -> Training:
    global COUNT
    COUNT = 0
    SEEN.clear()

    class Counts(keras.callbacks.Callback):
        total = 0

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            global COUNT
            COUNT += 1
            Counts.total += 2
            SEEN.append(epoch)

    return Training(dense(), X, Y, {"callbacks": [Counts()]}, lambda: (COUNT, SEEN, Counts.total))


@program
def callbacks_that_collect() -> Training:
    losses: list[float] = []
    by_epoch: dict[int, Any] = {}

    class Collects(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.table = np.zeros(3)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            by_epoch[epoch] = dict(logs)
            self.table[epoch] = logs["loss"]
            self.last = logs["loss"]

    mine = Collects()
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: losses.append(logs["loss"]))
    stops = keras.callbacks.EarlyStopping("loss", min_delta=100, restore_best_weights=True)
    return Training(
        dense(),
        X,
        Y,
        {"callbacks": [told, mine, stops], "epochs": 3},
        lambda: (losses, by_epoch, mine.table.tolist(), mine.last, stops.best, stops.stopped_epoch),
    )


@program
def lock_and_thread_local() -> Training:
    lock, local = threading.Lock(), threading.local()
    local.value = 1.5

    class Locked(layers.Layer):
        def call(self, inputs: Any) -> Any:
            with lock:
                return inputs * local.value

    return Training(dense(Locked(), layers.Dense(1)), X, Y, {})


@program
def any_value_in_the_logs() -> Training:
    class Logs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["note"] = "warm up"
            logs["rate"] = self.model.optimizer.learning_rate.numpy()

    return Training(dense(), X, Y, {"callbacks": [Logs()]})
