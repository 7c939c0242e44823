"""Small programs, each with something that is easily lost on the way to another process.

A program makes a model with its data and arguments, as a notebook would. It is run in two ways, by
``run.py``: with ``fit``, and through AIbro.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers, ops

BACKEND = keras.config.backend()


class Training(NamedTuple):
    """What a program trains."""

    model: Any
    x: Any
    y: Any
    fit: dict[str, Any]
    """Arguments of ``fit``; two epochs of batches of eight rows in order unless told otherwise."""
    seen: Callable[[], Any] = lambda: None
    """Asked after the training; what it returns has to be the same, too."""
    goes_on: bool = True
    """The model can be trained further in the kernel."""


PROGRAMS: dict[str, Callable[[], Training]] = {}


def program(make: Callable[[], Training]) -> Callable[[], Training]:
    PROGRAMS[make.__name__] = make
    return make


def rows(*shape: int) -> Any:
    return np.random.default_rng(1).normal(size=(32, *shape)).astype("float32")


X = rows(4)
Y = 3 * X[:, :1] - X[:, 1:2]


def dense(*stack: Any, **settings: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *(stack or (layers.Dense(1),))])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **settings})
    return model


# --- the model's own state ----------------------------------------------------------------------


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


# --- losses, metrics, optimizers ----------------------------------------------------------------


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


# --- what is shared -----------------------------------------------------------------------------


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


# --- models with a training of their own --------------------------------------------------------


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
def table_of_words() -> Training:
    words = np.array([["ab", "c", "ab", "d"]] * 32)
    lookup = layers.StringLookup(vocabulary=["ab", "c"])
    model = keras.Sequential([keras.Input((4,)), layers.Embedding(4, 2), layers.Flatten()])
    model.add(layers.Dense(1))
    model.compile("sgd", "mse")
    model.words = lookup
    return Training(model, np.asarray(lookup(words)), Y, {}, lambda: lookup.get_vocabulary())


# --- settings, random state, arguments ----------------------------------------------------------


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
def run_eagerly() -> Training:
    if BACKEND == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(True)
    return Training(dense(run_eagerly=True), X, Y, {})


@program
def shuffled() -> Training:
    return Training(dense(layers.Dense(4), layers.Dense(1)), X, Y, {"shuffle": True, "epochs": 3})


@program
def draws_of_a_callback() -> Training:
    import random

    class Draws(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["python"], logs["numpy"] = random.random(), float(np.random.normal())
            logs["keras"] = float(keras.random.uniform(()))

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


def digests(variables: Any) -> list[str]:
    """The exact bits of variables, as text."""
    return [np.asarray(ops.convert_to_numpy(v)).tobytes().hex() for v in variables]
