"""The patterns of Keras's guides: models whose steps train several other models."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from .base import Training, X, Y, digests, program


def small(units: int, inputs: int = 4) -> Any:
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(5, "relu"), layers.Dense(units)])


@program
def generator_and_judge() -> Training:
    class Rivals(keras.Model):
        def __init__(self, generator: Any, judge: Any) -> None:
            super().__init__()
            self.generator, self.judge = generator, judge
            self.seeds = keras.random.SeedGenerator(1337)
            self.strength = keras.metrics.Mean(name="strength")

        def compile(self, judging: Any, **settings: Any) -> None:
            super().compile(**settings)
            self.judging = judging

        def call(self, inputs: Any) -> Any:
            return self.judge(inputs)

        def compute_loss(self, x: Any = None, *others: Any, **named: Any) -> Any:
            noise = keras.random.normal((8, 3), seed=self.seeds)
            true, made = self.judge(x), self.judge(self.generator(noise))
            loss = self.judging(ops.ones_like(true), true) - self.judging(
                ops.zeros_like(made), made
            )
            self.strength.update_state(loss)
            return loss

    generator, judge = small(4, 3), small(1)
    model = Rivals(generator, judge)
    model.compile(
        keras.losses.BinaryCrossentropy(from_logits=True), optimizer=keras.optimizers.Adam(0.01)
    )
    return Training(model, X, Y, {}, lambda: digests(generator.weights + judge.weights))


@program
def encoder_that_draws() -> Training:
    class Draw(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.seeds = keras.random.SeedGenerator(1337)

        def call(self, inputs: Any) -> Any:
            mean, spread = inputs
            return mean + ops.exp(spread / 2) * keras.random.normal(
                ops.shape(mean), seed=self.seeds
            )

    class Coder(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.mean, self.spread, self.draw = layers.Dense(2), layers.Dense(2), Draw()
            self.decoder = small(4, 2)

        def call(self, inputs: Any) -> Any:
            mean, spread = self.mean(inputs), self.spread(inputs)
            self.add_loss(-0.5 * ops.mean(1 + spread - mean**2 - ops.exp(spread)))
            return self.decoder(self.draw([mean, spread]))

    model = Coder()
    model.compile("adam", "mse")
    return Training(model, X, X, {})


@program
def student_and_teacher() -> Training:
    class Distiller(keras.Model):
        def __init__(self, student: Any, teacher: Any) -> None:
            super().__init__()
            self.student, self.teacher = student, teacher
            self.teacher.trainable = False

        def compile(self, share: float, **settings: Any) -> None:
            super().compile(**settings)
            self.share = share

        def call(self, inputs: Any) -> Any:
            return self.student(inputs)

        def compute_loss(self, x: Any, y: Any, y_pred: Any, *others: Any, **named: Any) -> Any:
            taught = ops.mean((self.teacher(x) - y_pred) ** 2)
            return self.share * taught + (1 - self.share) * ops.mean((y - y_pred) ** 2)

    student, teacher = small(1), small(1)
    model = Distiller(student, teacher)
    model.compile(0.7, optimizer="adam")
    return Training(
        model, X, Y, {}, lambda: (digests(student.weights), digests(teacher.weights), model.share)
    )


@program
def features_of_a_frozen_model() -> Training:
    base = small(3)
    base.trainable = False
    entry = keras.Input((4,))
    model = keras.Model(entry, layers.Dense(1)(base(entry, training=False)))
    model.compile("adam", "mse")
    return Training(model, X, Y, {}, lambda: base.trainable)
