"""What happens when a training goes on that changes more than a checkpoint has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from keras import layers, ops

from aibro.payloads.store import PayloadStore
from aibro.trainings.events import EndedEpoch, TrainingEvent
from aibro.trainings.keras.files import state_file
from aibro.trainings.keras.training import KerasTraining
from aibro.trainings.keras.worker.trainer import KerasTrainer
from aibro.trainings.plan import StartState, TrainingPlan

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
    model, callbacks = make()
    training = KerasTraining(
        model=model,
        train_X=X,
        train_Y=Y,
        validation_data=None,
        batch_size=4,
        epochs=EPOCHS,
        fit_kwargs={"callbacks": callbacks, "verbose": 0},
        seed=7,
    )
    training.check()
    store = PayloadStore(tmp_path / "payloads")
    training.store_model(store)
    stored = training.store_data(store)
    plan = TrainingPlan(
        kind=training.kind,
        backend=training.backend,
        epochs=EPOCHS,
        seed=7,
        deterministic=False,
        hash_weights=True,
        checkpoint_folder=str(tmp_path),
        state_folder=str(tmp_path),
        log_folder=None,
        working_directory=str(tmp_path),
        holds_code=stored.holds_code,
        payloads=stored.payloads,
        spec=stored.spec,
    )

    whole = trained(session, plan, store.path)

    start = StartState(
        epoch=START,
        checkpoint=str(tmp_path / f"epoch-{START:04}.keras"),
        state=str(state_file(tmp_path, START)),
        weights_hash=str(whole[START - 1].weights_hash),
    )
    plan = msgspec.structs.replace(plan, start=start, checkpoint_folder=None, state_folder=None)
    rest = trained(session, plan, lambda name: Path(name) if "/" in name else store.path(name))
    assert rest == whole[START:]
