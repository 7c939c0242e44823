"""What happens when a training goes on that changes more than a checkpoint has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from aibro.trainings.events import EndedEpoch, TrainingEvent
from aibro.trainings.keras.files import state_file
from aibro.trainings.keras.states import read_state
from aibro.trainings.keras.training import KerasTraining
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import TrainingPlan

from .support import find, going_on, store_training

EPOCHS, START = 4, 2
X = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
Y = X[:, :1] - X[:, 1:2]
SEEN: list[float] = []

Made = tuple[Any, list[Any]]


def compiled(*stack: Any, **settings: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), *stack, layers.Dense(1)])
    model.compile(**{"optimizer": "adam", "loss": "mse", **settings})
    return model


def lora() -> Made:
    model = compiled(layers.Dense(3, name="tuned"))
    model.get_layer("tuned").enable_lora(2)
    model.compile("adam", "mse")
    return model, []


def shared_by_loss_and_callback() -> Made:
    shared = {"factor": 1.0}

    def loss(true: Any, guessed: Any) -> Any:
        return shared["factor"] * ops.mean((true - guessed) ** 2)

    class Doubles(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del epoch, logs
            shared["factor"] *= 2

    return compiled(loss=loss, run_eagerly=True), [Doubles()]


def variable_of_the_notebook() -> Made:
    class Collects(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del epoch
            SEEN.append(logs["loss"])
            logs["sum"] = sum(SEEN)

    return compiled(layers.Dense(3)), [Collects()]


def history_that_a_callback_reads() -> Made:
    class Reads(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del epoch
            logs["before"] = sum(self.model.history.history.get("loss", []))

    return compiled(layers.Dense(3)), [Reads()]


def attribute_of_a_layer() -> Made:
    class Scaled(layers.Layer):
        scale = 1.0

        def call(self, inputs: Any) -> Any:
            return inputs * self.scale

    class Halves(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            del epoch, logs
            self.model.layers[0].scale /= 2

    return compiled(Scaled(), run_eagerly=True), [Halves()]


def dropout_and_metrics() -> Made:
    stack = layers.Dense(8), layers.Dropout(0.4), layers.BatchNormalization()
    return compiled(*stack, metrics=["mae"]), [keras.callbacks.EarlyStopping("loss", patience=9)]


def training_of(model: Any, callbacks: list[Any]) -> KerasTraining:
    return KerasTraining(
        model=model,
        train_X=X,
        train_Y=Y,
        validation_data=None,
        batch_size=4,
        epochs=EPOCHS,
        fit_kwargs={"callbacks": callbacks, "verbose": 0},
        seed=7,
    )


def trained(
    session: KerasTrainer, plan: TrainingPlan, resolve: Callable[[str], Path]
) -> list[EndedEpoch]:
    events: list[TrainingEvent] = []
    SEEN.clear()
    try:
        session.load(plan, resolve)
        session.fit(events.append)
    finally:
        session.reset()
    return [event for event in events if isinstance(event, EndedEpoch)]


class Opens(keras.callbacks.Callback):
    """Opens a file and writes a line for each epoch."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def on_train_begin(self, logs: Any = None) -> None:
        del logs
        self.file = self.path.open("a")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        del logs
        self.file.write(f"{epoch}\n")

    def on_train_end(self, logs: Any = None) -> None:
        del logs
        self.file.close()


class Reopens(Opens):
    """Opens another file in each epoch."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        super().on_epoch_end(epoch, logs)
        self.file.close()
        self.file = self.path.open("a")


@pytest.mark.parametrize(
    "make",
    [
        lora,
        shared_by_loss_and_callback,
        variable_of_the_notebook,
        history_that_a_callback_reads,
        attribute_of_a_layer,
        dropout_and_metrics,
    ],
    ids=lambda make: make.__name__.replace("_", " "),
)
def test_it_comes_out_as_if_it_had_not_been_interrupted(
    session: KerasTrainer, tmp_path: Path, make: Callable[[], Made]
) -> None:
    keras.utils.set_random_seed(3)
    plan, resolve = store_training(training_of(*make()), tmp_path)
    whole = trained(session, plan, resolve)
    rest = trained(session, going_on(plan, START, whole[START - 1].weights_hash), find(resolve))
    assert rest == whole[START:]


@pytest.mark.parametrize(
    ("callback", "obstacle"),
    [(Opens, None), (Reopens, "cannot be saved: Reopens.file cannot be pickled")],
)
def test_what_cannot_be_pickled_is_made_again_or_an_obstacle(
    session: KerasTrainer, tmp_path: Path, callback: type[Opens], obstacle: str | None
) -> None:
    training = training_of(compiled(), [callback(tmp_path / "lines")])
    plan, resolve = store_training(training, tmp_path)
    trained(session, plan, resolve)
    told = read_state(state_file(tmp_path, START)).not_restorable
    assert (told is None) if obstacle is None else obstacle in str(told)
