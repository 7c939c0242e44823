"""Models that train in a way of their own."""

from __future__ import annotations

import importlib
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .base import BACKEND, Training, X, Y, cell, dense, program
from .model_state import plain


@program
def train_step_of_ones_own() -> Training:
    class Doubled(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.out = layers.Dense(1)
            self.steps: list[int] = []

        def call(self, inputs: Any) -> Any:
            return self.out(inputs)

        def compute_loss(self, *arguments: Any, **named: Any) -> Any:
            return 2 * super().compute_loss(*arguments, **named)

    model = Doubled()
    model.compile("sgd", "mse")
    return Training(model, X, Y, {})


@program
def compile_of_ones_own() -> Training:
    class Weighted(keras.Model):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def compile(self, weight: float, **settings: Any) -> None:
            super().compile(**settings)
            self.weight = weight

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs)

        def compute_loss(self, *arguments: Any, **named: Any) -> Any:
            return self.weight * super().compute_loss(*arguments, **named)

    model = Weighted(keras.Sequential([layers.Dense(2), layers.Dense(1)]))
    model.compile(0.5, optimizer="sgd", loss="mse")
    return Training(model, X, Y, {})


@program
def losses_added_by_layers() -> Training:
    class Active(layers.Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(0.01 * ops.mean(ops.square(inputs)))
            return inputs

    stack = layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.1)), Active()
    return Training(dense(*stack, layers.Dense(1)), X, Y, {})


@program
def variable_of_tensorflow() -> Training:
    if BACKEND != "tensorflow":
        return plain()
    import tensorflow as tf

    factor, chance = tf.Variable(1.0), tf.random.Generator.from_seed(3)

    class Grows(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            factor.assign_add(1.0)
            logs["chance"] = float(chance.normal(()))

    @tf.function
    def loss(true: Any, guessed: Any) -> Any:
        return factor * tf.reduce_mean((true - guessed) ** 2)

    return Training(
        dense(loss=loss),
        X,
        Y,
        {"callbacks": [Grows()]},
        lambda: (float(factor), float(chance.normal(()))),
    )


@program
def code_that_autograph_rewrites() -> Training:
    if BACKEND != "tensorflow":
        return plain()
    loss = cell("""
        import tensorflow as tf

        @tf.function
        def loss(true, guessed):
            error = tf.reduce_mean((true - guessed) ** 2)
            if error > 0.5:
                error = error * 2
            return error
    """)["loss"]
    return Training(dense(loss=loss), X, Y, {})


@program
def source_that_a_callback_reads() -> Training:
    reads = cell("""
        import inspect, keras

        def marked(): return "here"

        class Reads(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                logs["source"] = inspect.getsource(marked)
    """)["Reads"]
    return Training(dense(), X, Y, {"callbacks": [reads()]})


@program
def table_of_words() -> Training:
    words = np.array([["ab", "c", "ab", "d"]] * 32)
    lookup = layers.StringLookup(vocabulary=["ab", "c"])
    model = keras.Sequential([keras.Input((4,)), layers.Embedding(4, 2), layers.Flatten()])
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    model.words = lookup
    return Training(model, np.asarray(lookup(words)), Y, {}, lambda: lookup.get_vocabulary())


@program
def layer_that_is_a_trainer_but_no_model() -> Training:
    # Public Keras has it only as a base of its models.
    trainer = importlib.import_module(f"keras.src.backend.{BACKEND}.trainer")
    base: Any = vars(trainer)[{"jax": "JAXTrainer", "tensorflow": "TensorFlowTrainer"}[BACKEND]]

    class Lone(base, layers.Dense):
        def __init__(self) -> None:
            layers.Dense.__init__(self, 1)
            base.__init__(self)

    model = Lone()
    model.compile("adam", "mse")
    return Training(model, X, Y, {})
