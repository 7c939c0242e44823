"""Callbacks: Keras's own, and those that change the training."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import keras
from keras import layers
from tqdm.keras import TqdmCallback

from .base import Training, X, Y, dense, digests, program


@program
def stops_early() -> Training:
    stops = keras.callbacks.EarlyStopping("val_loss", patience=1, min_delta=100)
    model = dense()
    fit = {"callbacks": stops, "epochs": 5, "validation_split": 0.25}
    return Training(
        model, X, Y, fit, lambda: (stops.best, stops.stopped_epoch, stops.wait, model.stop_training)
    )


@program
def rates_by_plateau_and_schedule() -> Training:
    lower = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=0, min_delta=100)
    given = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.9**epoch)
    model = dense(optimizer=keras.optimizers.SGD(0.1))
    return Training(
        model,
        X,
        Y,
        {"callbacks": [given, lower], "epochs": 3},
        lambda: (float(model.optimizer.learning_rate), lower.best, lower.wait),
    )


@program
def weights_swapped_for_their_average() -> Training:
    swaps = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    optimizer = keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.5)
    # On JAX, Keras itself cannot fit it twice.
    return Training(dense(optimizer=optimizer), X, Y, {"callbacks": [swaps]}, goes_on=False)


@program
def rate_set_by_a_callback() -> Training:
    class Sets(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.model.optimizer.learning_rate = 0.1 / (1 + batch)

    model = dense(layers.Dense(3), layers.Dense(1), optimizer="rmsprop")
    return Training(
        model, X, Y, {"callbacks": [Sets()]}, lambda: float(model.optimizer.learning_rate)
    )


@program
def weights_set_by_a_callback() -> Training:
    class Halves(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.set_weights([0.5 * weight for weight in self.model.get_weights()])

    return Training(dense(), X, Y, {"callbacks": [Halves()]})


@program
def predictions_of_a_callback() -> Training:
    class Predicts(keras.callbacks.Callback):
        def __init__(self, rows: Any) -> None:
            super().__init__()
            self.rows = rows
            self.guesses: list[Any] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.guesses.append(self.model.predict(self.rows, verbose=0))

    predicts = Predicts(X[:3].copy())
    return Training(dense(), X, Y, {"callbacks": [predicts]}, lambda: predicts.guesses)


@program
def variable_of_the_environment() -> Training:
    os.environ["FIDELITY_SHARE"] = "0.25"

    class Reads(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["share"] = float(os.environ["FIDELITY_SHARE"])

    return Training(dense(), X, Y, {"callbacks": [Reads()]})


@program
def another_model_that_a_callback_trains() -> Training:
    other = dense(optimizer="adam")

    class Trains(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["other"] = float(other.train_on_batch(X[:8], Y[:8]))

    return Training(
        dense(), X, Y, {"callbacks": [Trains()]}, lambda: [w.numpy() for w in other.weights]
    )


@program
def functional_model_saved_by_a_callback() -> Training:
    entry = keras.Input((4,))
    twice = layers.Dense(4)
    model = keras.Model(entry, layers.Dense(1)(layers.add([twice(entry), twice(twice(entry))])))
    model.compile("sgd", "mse")
    folder = Path(tempfile.mkdtemp())

    def saved() -> Any:
        again = keras.models.load_model(folder / "best.keras")
        shutil.rmtree(folder)
        return digests(again.variables), [layer.name for layer in again.layers]

    best = keras.callbacks.ModelCheckpoint(str(folder / "best.keras"), "loss", save_best_only=True)
    return Training(model, X, Y, {"callbacks": [best]}, saved)


@program
def bar_of_tqdm() -> Training:
    bar = TqdmCallback(verbose=0)
    return Training(dense(), X, Y, {"callbacks": [bar]}, lambda: bar.epoch_bar.n)
