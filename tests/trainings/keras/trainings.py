"""Trainings of every kind, as a worker runs them; run as ``__main__`` in a process of its own.

Arguments: a folder, the back end, what to do, names of trainings. What to do is ``record`` (make
them and train them, with a checkpoint and a state for every epoch), ``repeat`` (train what was
recorded once more), or ``after:2`` (go on after the second epoch). What came of it lies in
``<name>/<what>.json``.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from aibro.trainings.events import EndedEpoch, TrainingEvent
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import StartState, TrainingPlan
from tests.trainings.plans import keras_plan

EPOCHS = 4
ROWS, BATCH = 64, 16

Training = tuple[Any, Any, Any, dict[str, Any]]
"""A model, its data and targets, and further arguments of ``fit``."""

CASES: dict[str, Callable[[], Training]] = {}


def case(name: str) -> Callable[[Callable[[], Training]], Callable[[], Training]]:
    def register(make: Callable[[], Training]) -> Callable[[], Training]:
        CASES[name] = make
        return make

    return register


def outcome(folder: Path, name: str, what: str) -> list[EndedEpoch]:
    """The epochs of a training, as another process left them."""
    data = (folder / name / f"{what}.json").read_bytes()
    return msgspec.json.decode(data, type=list[EndedEpoch])


if __name__ == "__main__":
    folder, backend, what, names = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    session = KerasTrainer()
    session.gear_up(backend, True)

import keras  # noqa: E402 - the session chooses the back end
import numpy as np  # noqa: E402 - after Keras
from keras import layers, ops, optimizers  # noqa: E402 - after Keras


def rows(*shape: int) -> Any:
    return np.random.default_rng(1).random((ROWS, *shape)).astype("float32")


def numbers(count: int = 1) -> Any:
    return np.random.default_rng(2).random((ROWS, count)).astype("float32")


def classes() -> Any:
    return np.random.default_rng(3).integers(0, 3, ROWS)


def compiled(*stack: Any, shape: tuple[int, ...] = (4,), **settings: Any) -> Any:
    model = keras.Sequential([keras.Input(shape), *stack])
    model.compile(**{"optimizer": "adam", "loss": "mse", "metrics": ["mae"], **settings})
    return model


def classifier(*stack: Any, shape: tuple[int, ...] = (4,)) -> Any:
    return compiled(
        *stack,
        layers.Dense(3, "softmax"),
        shape=shape,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


@case("dense")
def dense() -> Training:
    return (
        compiled(layers.Dense(8, "relu"), layers.Dense(1)),
        rows(4),
        numbers(),
        {"shuffle": False},
    )


@case("convolution")
def convolution() -> Training:
    stack = layers.Conv2D(4, 3, activation="relu"), layers.MaxPooling2D(), layers.Flatten()
    return classifier(*stack, shape=(8, 8, 1)), rows(8, 8, 1), classes(), {}


@case("dropout")
def dropout() -> Training:
    stack = layers.Dense(8), layers.Dropout(0.4), layers.GaussianNoise(0.1), layers.Dense(1)
    return compiled(*stack), rows(4), numbers(), {}


@case("batch norm")
def batch_norm() -> Training:
    stack = layers.Dense(8), layers.BatchNormalization(), layers.Dense(1)
    return compiled(*stack), rows(4), numbers(), {"validation_data": (rows(4)[:8], numbers()[:8])}


@case("shuffle")
def shuffle() -> Training:
    return compiled(layers.Dense(8, "relu"), layers.Dense(1)), rows(4), numbers(), {"shuffle": True}


@case("shuffle in batches")
def shuffle_in_batches() -> Training:
    return compiled(layers.Dense(8), layers.Dense(1)), rows(4), numbers(), {"shuffle": "batch"}


@case("LSTM")
def lstm() -> Training:
    return (
        compiled(layers.LSTM(4, dropout=0.2), layers.Dense(1), shape=(5, 3)),
        rows(5, 3),
        numbers(),
        {},
    )


@case("class weights")
def class_weights() -> Training:
    return (
        classifier(layers.Dense(8)),
        rows(4),
        classes(),
        {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}},
    )


class Gambler(keras.callbacks.Callback):
    """Draws from every generator, and holds what a plain pickle of each thing would break."""

    def __init__(self, layer: Any, table: Any) -> None:
        super().__init__()
        self.layer = layer
        self.table = table
        self.own = np.random.default_rng(5)
        self.drawn: list[float] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        del logs
        self.unpicklable = (n for n in range(3))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        del epoch
        assert logs is not None
        assert self.layer is self.model.layers[0]
        self.drawn += [random.random(), np.random.normal(), self.own.random(), random.gauss(0, 1)]
        # Drawn without a seed: from Keras's global generator.
        self.drawn.append(float(keras.random.uniform(())))
        logs["drawn"] = sum(self.drawn) + float(self.table.sum())


@case("callbacks")
def callbacks() -> Training:
    model = compiled(layers.Dense(8), layers.Dense(1), optimizer=optimizers.Adam(0.05))
    watching = [
        Gambler(model.layers[0], np.ones((300, 300))),
        keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=1, factor=0.5),
        keras.callbacks.EarlyStopping("val_loss", patience=9, restore_best_weights=True),
    ]
    return model, rows(4), numbers(), {"callbacks": watching, "validation_split": 0.25}


class Scaled(layers.Layer):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.seeds = keras.random.SeedGenerator(3)

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], self.units))

    def call(self, inputs: Any) -> Any:
        return ops.matmul(inputs, self.kernel) * keras.random.uniform((), seed=self.seeds)


@case("custom layer")
def custom_layer() -> Training:
    return compiled(Scaled(6), layers.Dense(1)), rows(4), numbers(), {}


@case("float16 policy")
def float16_policy() -> Training:
    scaled = optimizers.LossScaleOptimizer(optimizers.Adam(0.01), dynamic_growth_steps=3)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        stack = layers.Dense(8, "relu"), layers.Dense(1, dtype="float32")
        return compiled(*stack, optimizer=scaled), rows(4), numbers(), {}
    finally:
        keras.config.set_dtype_policy("float32")


@case("two outputs")
def two_outputs() -> Training:
    inputs = keras.Input((4,))
    hidden = layers.Dense(8, "relu")(inputs)
    model = keras.Model(
        inputs, [layers.Dense(1, name="a")(hidden), layers.Dense(2, name="b")(hidden)]
    )
    model.compile("adam", {"a": "mse", "b": "mae"}, loss_weights={"a": 1.0, "b": 0.3})
    return model, rows(4), {"a": numbers(), "b": numbers(2)}, {}


@case("schedule and averages")
def schedule_and_averages() -> Training:
    schedule = optimizers.schedules.ExponentialDecay(0.05, 3, 0.9)
    optimizer = optimizers.AdamW(schedule, use_ema=True, ema_overwrite_frequency=7, clipnorm=1.0)
    return compiled(layers.Dense(8), layers.Dense(1), optimizer=optimizer), rows(4), numbers(), {}


class LastBatch(keras.metrics.Metric):
    """The first target of the last batch: the same in every epoch if the order is."""

    def __init__(self, name: str = "last", **config: Any) -> None:
        super().__init__(name=name, **config)
        self.last = self.add_weight(shape=(), initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        del y_pred, sample_weight
        self.last.assign(ops.ravel(y_true)[0])

    def result(self) -> Any:
        return self.last


@case("seeded")
@case("not seeded")
def not_seeded() -> Training:
    return compiled(layers.Dense(8), layers.Dense(1), metrics=[LastBatch()]), rows(4), numbers(), {}


@case("not seeded, in batches")
def not_seeded_in_batches() -> Training:
    model, x, y, _ = not_seeded()
    return model, x, y, {"shuffle": "batch"}


@case("generator of TensorFlow's own")
def hidden_generator() -> Training:
    import tensorflow

    class Noisy(layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs + tensorflow.random.normal((4,))

    return compiled(Noisy(), layers.Dense(1)), rows(4), numbers(), {}


def record(name: str) -> TrainingPlan:
    from aibro.payloads.data import store_tree
    from aibro.trainings.keras.fit_arguments import check_fit_kwargs
    from aibro.trainings.keras.model.check import check_portable
    from aibro.trainings.keras.model.dump import dump_model
    from aibro.trainings.keras.random_state import random_state

    place = folder / name
    place.mkdir(parents=True)
    keras.utils.set_random_seed(len(name))
    unseeded = None
    if name.startswith("not seeded"):
        unseeded = msgspec.structs.replace(random_state(), tensorflow=None)
    model, x, y, kwargs = CASES[name]()
    validation = kwargs.pop("validation_data", None)
    check_fit_kwargs(kwargs, samples=ROWS)
    check_portable(model, x)
    plan = keras_plan(
        place,
        backend=keras.config.backend(),
        model=dump_model(payloads, model, {"verbose": 0, **kwargs}),
        train_X=store_tree(payloads, "train_X", x),
        train_Y=store_tree(payloads, "train_Y", y),
        validation_data=store_tree(payloads, "validation_data", validation),
        epochs=EPOCHS,
        batch_size=BATCH,
        seed=7,
        random=unseeded,
        deterministic=True,
        hash_weights=True,
        checkpoint_folder=str(place / "checkpoints"),
        state_folder=str(place / "states"),
    )
    (place / "plan.json").write_bytes(msgspec.json.encode(plan))
    return plan


def recorded(name: str, start: int) -> TrainingPlan:
    place = folder / name
    plan = msgspec.json.decode((place / "plan.json").read_bytes(), type=TrainingPlan)
    plan = msgspec.structs.replace(plan, checkpoint_folder=None, state_folder=None)
    if not start:
        return plan
    weights_hash = outcome(folder, name, "record")[start - 1].weights_hash
    assert weights_hash is not None
    return msgspec.structs.replace(
        plan,
        start=StartState(
            epoch=start,
            checkpoint=str(place / "checkpoints" / f"epoch-{start:04}.keras"),
            state=str(place / "states" / f"epoch-{start:04}.state"),
            weights_hash=weights_hash,
        ),
    )


if __name__ == "__main__":
    from aibro.payloads.store import PayloadStore

    payloads = PayloadStore(folder / "payloads")
    for name in names:
        events: list[TrainingEvent] = []
        plan = (
            record(name) if what == "record" else recorded(name, int(what.partition(":")[2] or 0))
        )
        session.load(plan, lambda path: folder / "payloads" / path)
        session.fit(events.append)
        session.reset()
        epochs = [event for event in events if isinstance(event, EndedEpoch)]
        (folder / name / f"{what}.json").write_bytes(msgspec.json.encode(epochs))
