"""What a model holds: weights, layers, random states."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from .base import Training, X, Y, dense, digests, program, rows


@program
def plain() -> Training:
    return Training(dense(layers.Dense(5, "relu"), layers.Dense(1), optimizer="adam"), X, Y, {})


@program
def lora() -> Training:
    model = dense(layers.Dense(3, name="d"), layers.Dense(1))
    model.get_layer("d").enable_lora(2)
    model.compile(keras.optimizers.SGD(0.1), "mse")
    layer = model.get_layer("d")
    return Training(model, X, Y, {}, lambda: digests([layer._kernel, layer.lora_kernel_b]))


@program
def frozen_layer() -> Training:
    model = dense(layers.Dense(3, trainable=False), layers.BatchNormalization(), layers.Dense(1))
    model.layers[1].trainable = False
    return Training(model, X, Y, {})


@program
def layer_in_two_submodels() -> Training:
    shared = layers.Dense(4)
    one, other = keras.Sequential([shared]), keras.Sequential([shared])
    entry = keras.Input((4,))
    model = keras.Model(entry, layers.Dense(1)(other(one(entry))))
    model.compile("adam", "mse")
    return Training(model, X, Y, {}, lambda: one.layers[0] is other.layers[0])


class Plain(keras.Model):
    """Has no ``get_config``, and holds a lambda and a number that only it knows."""

    def __init__(self, units: int, squash: Any) -> None:
        super().__init__()
        self.hidden, self.squash = layers.Dense(units), squash
        self.out = layers.Dense(1)

    def call(self, inputs: Any) -> Any:
        return self.out(self.squash(self.hidden(inputs)))


@program
def subclass_without_get_config() -> Training:
    model = Plain(7, lambda x: ops.tanh(x) * 2)
    model.compile("adam", "mse")
    return Training(model, X, Y, {})


@program
def attribute_set_later() -> Training:
    class Scaled(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * self.scale

    layer = Scaled()
    layer.scale = 0.5
    return Training(dense(layer, layers.Dense(1)), X, Y, {})


@program
def built_in_mid_training() -> Training:
    model = dense(layers.Dense(4), layers.Dense(1), optimizer=keras.optimizers.Adam(0.05))
    model.fit(X, Y, batch_size=8, epochs=1, verbose=0, shuffle=False)
    return Training(model, X, Y, {}, lambda: int(model.optimizer.iterations))


@program
def not_built() -> Training:
    model = keras.Sequential([layers.Dense(4), layers.Dense(1)])
    model.compile("adam", "mse")
    return Training(model, X, Y, {})


@program
def stateful_recurrent() -> Training:
    model = keras.Sequential(
        [keras.Input((3, 2), batch_size=8), layers.LSTM(3, stateful=True), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    model.predict(rows(3, 2)[:8], verbose=0)
    return Training(model, rows(3, 2), Y, {})


@program
def dropout_and_noise() -> Training:
    stack = layers.Dense(8), layers.Dropout(0.3), layers.GaussianNoise(0.1), layers.Dense(1)
    return Training(dense(*stack), X, Y, {"shuffle": True})


@program
def seeded_dropout_that_was_used() -> Training:
    model = dense(layers.Dense(8), layers.Dropout(0.5, seed=3), layers.Dense(1))
    model(X, training=True)
    return Training(model, X, Y, {})


@program
def functional_of_several_inputs() -> Training:
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    model = keras.Model({"a": a, "b": b}, layers.Dense(1)(layers.Concatenate()([a, b])))
    model.compile("sgd", "mse")
    return Training(model, {"a": X, "b": X[:, :2]}, Y, {})


@program
def quantized_layer_beside() -> Training:
    model = dense(layers.Dense(4, name="q"), layers.Dense(1))
    model.get_layer("q").quantize("int8")
    model.compile("sgd", "mse")
    return Training(model, X, Y, {})
