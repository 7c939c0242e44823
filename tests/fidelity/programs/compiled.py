"""Losses, metrics and optimizers."""

from __future__ import annotations

import functools
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .base import BACKEND, Training, X, Y, dense, program


@program
def huber_with_its_delta() -> Training:
    return Training(dense(loss=keras.losses.Huber(delta=4.0)), X, Y, {})


def powered(true: Any, guessed: Any, power: float) -> Any:
    return ops.mean(ops.abs(true - guessed) ** power)


@program
def partial_as_loss() -> Training:
    return Training(dense(loss=functools.partial(powered, power=3.0)), X, Y, {})


class Power:
    def __init__(self, power: float) -> None:
        self.power = power

    def __call__(self, true: Any, guessed: Any) -> Any:
        return powered(true, guessed, self.power)

    def method(self, true: Any, guessed: Any) -> Any:
        return powered(true, guessed, self.power)


@program
def object_as_loss() -> Training:
    return Training(dense(loss=Power(3.0)), X, Y, {})


@program
def bound_method_as_loss() -> Training:
    return Training(dense(loss=Power(3.0).method), X, Y, {})


@program
def loss_class_without_get_config() -> Training:
    class Own(keras.losses.Loss):
        def __init__(self, weight: float) -> None:
            super().__init__()
            self.weight = weight

        def call(self, true: Any, guessed: Any) -> Any:
            return self.weight * ops.abs(true - guessed)

    return Training(dense(loss=Own(2.5)), X, Y, {})


@program
def loss_that_uses_the_model() -> Training:
    model = dense(layers.Dense(3), layers.Dense(1))

    def loss(true: Any, guessed: Any) -> Any:
        return ops.mean((true - guessed) ** 2) + 0.01 * ops.sum(model.layers[0].kernel ** 2)

    model.compile("sgd", loss)
    return Training(model, X, Y, {})


@program
def metric_that_reads_the_learning_rate() -> Training:
    optimizer = keras.optimizers.SGD(0.01)

    def rate(true: Any, guessed: Any) -> Any:
        return ops.convert_to_tensor(optimizer.learning_rate)

    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 / (epoch + 1))
    model = dense(optimizer=optimizer, metrics=[rate] if BACKEND == "tensorflow" else [])
    return Training(model, X, Y, {"callbacks": [schedule]})


@program
def metric_class_without_get_config() -> Training:
    class Above(keras.metrics.Metric):
        def __init__(self, limit: float) -> None:
            super().__init__(name="above")
            self.limit = limit
            self.count = self.add_variable((), "zeros", name="count")

        def update_state(self, true: Any, guessed: Any, sample_weight: Any = None) -> None:
            above = ops.cast(ops.abs(true - guessed) > self.limit, "float32")
            self.count.assign(self.count + ops.sum(above))

        def result(self) -> Any:
            return self.count + 0

    return Training(dense(metrics=[Above(0.5)]), X, Y, {})


@program
def metric_of_several_values() -> Training:
    y = np.eye(3, dtype="float32")[np.arange(32) % 3]
    model = dense(layers.Dense(3, "softmax"), loss="categorical_crossentropy")
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    return Training(model, X, y, {})


@program
def schedule_of_ones_own() -> Training:
    class Halving(keras.optimizers.schedules.LearningRateSchedule):
        def __init__(self, first: float) -> None:
            self.first = first

        def __call__(self, step: Any) -> Any:
            return self.first / (1.0 + ops.cast(step, "float32"))

    return Training(dense(optimizer=keras.optimizers.SGD(Halving(0.1))), X, Y, {})


@program
def optimizer_of_ones_own() -> Training:
    class Slow(keras.optimizers.SGD):
        def __init__(self, slow: float) -> None:
            super().__init__(0.1)
            self.slow = slow

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            super().update_step(gradient * self.slow, variable, learning_rate)

    return Training(dense(optimizer=Slow(0.25)), X, Y, {})


@program
def accumulated_gradients() -> Training:
    optimizer = keras.optimizers.AdamW(0.01, gradient_accumulation_steps=2, clipnorm=1.0)
    return Training(dense(layers.Dense(3), layers.Dense(1), optimizer=optimizer), X, Y, {})


@program
def averaged_weights() -> Training:
    optimizer = keras.optimizers.SGD(0.01, momentum=0.5, use_ema=True, ema_momentum=0.5)
    model = dense(layers.Dense(3), layers.Dense(1), optimizer=optimizer)
    # On JAX, Keras 3.15.1 cannot fit such a model a second time.
    return Training(model, X, Y, {}, goes_on=BACKEND != "jax")


@program
def decay_without_the_bias() -> Training:
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return Training(dense(layers.Dense(3), layers.Dense(1), optimizer=optimizer), X, Y, {})


@program
def decay_without_some_variables() -> Training:
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.5)
    model = dense(layers.Dense(3), layers.Dense(1), optimizer=optimizer)
    optimizer.exclude_from_weight_decay(var_list=[model.layers[0].kernel])
    return Training(model, X, Y, {})


@program
def constraint_and_initializer_of_ones_own() -> Training:
    class Capped(keras.constraints.Constraint):
        def __init__(self, most: float) -> None:
            self.most = most

        def __call__(self, weights: Any) -> Any:
            return ops.clip(weights, -self.most, self.most)

    model = keras.Sequential(
        [
            layers.Dense(
                3,
                kernel_constraint=Capped(0.2),
                kernel_initializer=lambda shape, dtype=None: ops.ones(shape, dtype) / 3,
            ),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    return Training(model, X, Y, {})


@program
def weights_of_losses_and_metrics() -> Training:
    entry = keras.Input((4,))
    model = keras.Model(entry, [layers.Dense(1, name="a")(entry), layers.Dense(1, name="b")(entry)])
    model.compile(
        "sgd", ["mse", "mae"], loss_weights=[0.3, 0.7], weighted_metrics=[["mae"], ["mse"]]
    )
    return Training(model, X, [Y, Y], {})


@program
def mixed_precision() -> Training:
    keras.config.set_dtype_policy("mixed_float16")
    model = dense(layers.Dense(8), layers.Dense(1, dtype="float32"), optimizer="adam")
    return Training(model, X, Y, {}, lambda: type(model.optimizer).__name__)
