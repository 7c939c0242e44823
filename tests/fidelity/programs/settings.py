"""Settings, random state and arguments of ``fit``."""

from __future__ import annotations

import random
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .base import BACKEND, Training, X, Y, dense, program, rows
from .model_state import Plain


@program
def float64() -> Training:
    keras.config.set_floatx("float64")
    if BACKEND == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
    model = Plain(3, ops.tanh)
    model.compile("adam", "mse")
    return Training(model, X.astype("float64"), Y.astype("float64"), {})


@program
def epsilon() -> Training:
    keras.config.set_epsilon(0.01)
    y = (Y > 0).astype("float32")
    return Training(dense(layers.Dense(1, "sigmoid"), loss="binary_crossentropy"), X, y, {})


@program
def limits_for_debugging() -> Training:
    keras.config.set_max_epochs(2)
    keras.config.set_max_steps_per_epoch(3)
    return Training(dense(), X, Y, {"epochs": 4})


@program
def errors_of_numpy() -> Training:
    np.seterr(divide="raise")

    class Divides(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            try:
                logs["raised"] = float(np.ones(1) / np.zeros(1))
            except FloatingPointError:
                logs["raised"] = 1.0

    return Training(dense(), X, Y, {"callbacks": [Divides()]})


@program
def run_eagerly() -> Training:
    if BACKEND == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)
    return Training(dense(run_eagerly=True), X, Y, {})


@program
def shuffled() -> Training:
    return Training(dense(layers.Dense(4), layers.Dense(1)), X, Y, {"shuffle": True, "epochs": 3})


class Draws(keras.callbacks.Callback):
    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["python"], logs["numpy"] = random.random(), float(np.random.normal())
        logs["keras"] = float(keras.random.uniform(()))


@program
def draws_of_a_callback() -> Training:
    return Training(dense(), X, Y, {"callbacks": [Draws()]})


@program
def generators_of_ones_own() -> Training:
    numbers, seeds = np.random.default_rng(5), keras.random.SeedGenerator(9)

    class Draws(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["numpy"] = numbers.random()
            logs["keras"] = float(keras.random.uniform((), seed=seeds))

    return Training(
        dense(), X, Y, {"callbacks": [Draws()]}, lambda: (numbers.random(), seeds.state.numpy())
    )


@program
def weights_of_classes_and_samples() -> Training:
    y = (np.arange(32) % 2).astype("float32")
    model = dense(layers.Dense(1, "sigmoid"), loss="binary_crossentropy")
    return Training(model, X, y, {"class_weight": {0: 1.0, 1: 3.0}})


@program
def sample_weights() -> Training:
    return Training(dense(), X, Y, {"sample_weight": np.linspace(0, 1, 32)})


@program
def validation_split() -> Training:
    return Training(dense(metrics=["mae"]), X, Y, {"validation_split": 0.25})


@program
def batches_as_keras_chooses() -> Training:
    return Training(dense(), X, Y, {"batch_size": None})


@program
def later_epoch() -> Training:
    return Training(dense(), X, Y, {"initial_epoch": 1, "epochs": 3})


@program
def steps_per_execution() -> Training:
    return Training(dense(steps_per_execution=2), X, Y, {})


@program
def seed_of_ones_own() -> Training:
    model = dense(layers.Dense(4), layers.Dropout(0.5), layers.Dense(1))
    return Training(model, X, Y, {"seed": 5, "shuffle": True, "callbacks": [Draws()]})


@program
def recorded() -> Training:
    model = dense(layers.Dense(4), layers.Dropout(0.5), layers.Dense(1))
    return Training(model, X, Y, {"record": True, "shuffle": True})


@program
def shuffled_in_batches() -> Training:
    return Training(dense(), X, Y, {"shuffle": "batch"})


@program
def policy_for_all_layers() -> Training:
    keras.config.set_dtype_policy("mixed_bfloat16")
    return Training(dense(layers.Dense(4), layers.Dense(1), optimizer="adam"), X, Y, {})


@program
def channels_first() -> Training:
    keras.config.set_image_data_format("channels_first")
    model = keras.Sequential([keras.Input((2, 4, 4)), layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    return Training(model, rows(2, 4, 4), Y, {})


@program
def products_of_low_precision() -> Training:
    if BACKEND == "jax":
        import jax

        jax.config.update("jax_default_matmul_precision", "bfloat16")  # type: ignore[no-untyped-call]
    return Training(dense(layers.Dense(8), layers.Dense(1)), X, Y, {})


@program
def functions_run_eagerly() -> Training:
    if BACKEND == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)
    return Training(dense(), X, Y, {"callbacks": [Draws()]})


@program
def data_of_several_types() -> Training:
    entries = [keras.Input((4,)), keras.Input((2,), dtype="int32")]
    joined = layers.Concatenate()(
        [entries[0], layers.Flatten()(layers.Embedding(5, 2)(entries[1]))]
    )
    model = keras.Model(entries, layers.Dense(1)(joined))
    model.compile("adam", "mse")
    numbers = np.arange(64).reshape(32, 2) % 5
    return Training(model, [X.astype("float64"), numbers.astype("uint8")], Y.astype("float16"), {})
