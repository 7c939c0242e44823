"""Layers with something of their own: states, masks, draws, several axes."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops

from .base import Training, X, Y, dense, program, rows

IMAGES = rows(8, 8, 2)
WORDS = np.random.default_rng(4).integers(0, 9, (32, 5))


def over(shape: tuple[int, ...], *stack: Any, **settings: Any) -> Any:
    model = keras.Sequential([keras.Input(shape), *stack, layers.Dense(1)])
    model.compile(**{"optimizer": "adam", "loss": "mse", **settings})
    return model


@program
def convolution_and_batch_norm() -> Training:
    stack = layers.Conv2D(3, 3), layers.BatchNormalization(), layers.GlobalMaxPooling2D()
    return Training(over((8, 8, 2), *stack), IMAGES, Y, {})


@program
def images_turned_and_moved() -> Training:
    stack = layers.RandomFlip(), layers.RandomTranslation(0.2, 0.2), layers.Flatten()
    return Training(over((8, 8, 2), *stack), IMAGES, Y, {})


@program
def normalization_that_was_adapted() -> Training:
    normal = layers.Normalization()
    normal.adapt(5 + 3 * X)
    return Training(dense(normal, layers.Dense(1)), X, Y, {})


@program
def masked_words() -> Training:
    stack = layers.Embedding(9, 3, mask_zero=True), layers.GRU(3)
    return Training(over((5,), *stack), WORDS, Y, {})


@program
def both_directions() -> Training:
    stack = (
        layers.Embedding(9, 3),
        layers.Bidirectional(layers.LSTM(2, return_sequences=True, dropout=0.2)),
        layers.TimeDistributed(layers.Dense(2, "relu")),
        layers.GlobalAveragePooling1D(),
    )
    return Training(over((5,), *stack), WORDS, Y, {})


@program
def attention() -> Training:
    words = keras.Input((5,))
    inside = layers.Embedding(9, 4)(words)
    inside = inside + layers.MultiHeadAttention(2, 2, dropout=0.1)(inside, inside)
    inside = layers.LayerNormalization()(inside)
    model = keras.Model(words, layers.Dense(1)(layers.Flatten()(inside)))
    model.compile(keras.optimizers.AdamW(0.01), "mse")
    return Training(model, WORDS, Y, {})


@program
def spectral_norm() -> Training:
    stack = layers.SpectralNormalization(layers.Dense(4)), layers.Dense(1)
    return Training(dense(*stack), X, Y, {})


@program
def embedding_tied_by_a_lambda() -> Training:
    table = layers.Embedding(9, 4, name="table")
    words = keras.Input((5,))
    inside = layers.GlobalAveragePooling1D()(table(words))
    outside = layers.Lambda(lambda inside: inside @ keras.ops.transpose(table.embeddings))(inside)
    model = keras.Model(words, outside)
    model.compile("adam", "sparse_categorical_crossentropy")
    return Training(model, WORDS, WORDS[:, 0], {}, lambda: table.embeddings.numpy())


@program
def quantized_with_lora() -> Training:
    model = dense(layers.Dense(4, name="q"), layers.Dense(1))
    model.get_layer("q").quantize("int8")
    model.get_layer("q").enable_lora(2)
    model.compile("adam", "mse")
    return Training(model, X, Y, {})


@program
def several_outputs_by_name() -> Training:
    entry = keras.Input((4,), name="entry")
    hidden = layers.Dense(3, "relu")(entry)
    outputs = {"a": layers.Dense(1, name="a")(hidden), "b": layers.Dense(2, name="b")(hidden)}
    model = keras.Model({"entry": entry}, outputs)
    model.compile(
        "adam",
        {"a": "mse", "b": keras.losses.LogCosh()},
        metrics={"a": ["mae"]},
        weighted_metrics={"b": ["mse"]},
        loss_weights={"a": 0.3, "b": 2.0},
    )
    return Training(model, {"entry": X}, {"a": Y, "b": X[:, :2]}, {})


@program
def losses_of_a_layer_that_was_traced_before() -> Training:
    class Small(layers.Dense):
        def call(self, inputs: Any, **options: Any) -> Any:
            outputs = super().call(inputs, **options)
            self.add_loss(0.1 * ops.mean(outputs**2))
            return outputs

    model = dense(Small(3), layers.Dense(1))
    model.train_on_batch(X[:8], Y[:8])
    return Training(model, X, Y, {})
