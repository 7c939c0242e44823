"""What a user's notebook does, run as ``__main__``.

Leaves, for two kinds of model, a plan and what plain ``fit`` gives, in the folder it is told.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
from keras import layers, ops
from neighbour import double  # type: ignore[import-not-found]  # beside the notebook

from aibro.payloads.data import store_tree
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.fit_arguments import check_fit_kwargs
from aibro.trainings.keras.history import TrainingHistory, write_history
from aibro.trainings.keras.model.check import check_portable
from aibro.trainings.keras.model.dump import dump_model
from aibro.trainings.keras.worker.weights import hash_weights
from tests.trainings.plans import keras_plan

home = Path(sys.argv[1])
SEED = 7


class Terse(layers.Layer):
    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], self.units))

    def call(self, inputs: Any) -> Any:
        return ops.matmul(double(inputs), self.kernel)


@keras.saving.register_keras_serializable("shop")
def squash(x: Any) -> Any:
    return ops.tanh(x)


def distance(true: Any, guessed: Any) -> Any:
    return ops.mean(ops.square(true - guessed), axis=-1)


class Net(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = Terse(6)
        self.drop = layers.Dropout(0.2)
        self.head = layers.Dense(1)

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.head(self.drop(self.hidden(inputs), training=training))

    def train_step(self, *arguments: Any, **named: Any) -> Any:
        print("a train_step of the user's")
        return super().train_step(*arguments, **named)


class Watch(keras.callbacks.Callback):
    def __init__(self, watched: Any) -> None:
        super().__init__()
        self.watched = watched

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        assert self.watched is self.model
        assert logs is not None
        logs["seen"] = float(epoch)


def stacked() -> Any:
    model = keras.Sequential(
        [
            keras.Input((4,)),
            Terse(8),
            layers.Dense(8, activation=squash),
            layers.Lambda(lambda x: double(x) + 1),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )
    model.compile("adam", loss=lambda t, g: ops.mean(ops.abs(t - g), -1), metrics=[distance])
    return model


def subclassed() -> Any:
    model = Net()
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(keras.optimizers.SGD(schedule), loss=distance)
    return model


random = np.random.default_rng(0)
train_x = random.random((200, 4)).astype("float32")
train_y = train_x.sum(1, keepdims=True)
validation = (train_x[:50], train_y[:50])
payloads = PayloadStore(home / "payloads")

for make in (stacked, subclassed):
    folder = home / make.__name__
    folder.mkdir()
    keras.utils.set_random_seed(1)
    model = make()
    arguments = {"callbacks": [Watch(model)], "sample_weight": random.random(200)}
    check_fit_kwargs(arguments, samples=200)
    check_portable(model, train_x)
    plan = keras_plan(
        home,
        backend=keras.config.backend(),
        model=dump_model(payloads, model, arguments),
        train_X=store_tree(payloads, "train_X", train_x),
        train_Y=store_tree(payloads, "train_Y", train_y),
        validation_data=store_tree(payloads, "validation_data", validation),
        epochs=3,
        batch_size=32,
        seed=SEED,
        hash_weights=True,
        checkpoint_folder=str(folder / "checkpoints"),
        log_folder=str(folder / "logs"),
    )
    (folder / "plan.json").write_bytes(msgspec.json.encode(plan))

    keras.utils.set_random_seed(SEED)
    history = model.fit(
        train_x,
        train_y,
        validation_data=validation,
        epochs=3,
        batch_size=32,
        verbose=0,
        **arguments,
    )
    write_history(
        folder / "history.msgpack",
        TrainingHistory(history=history.history, epoch=history.epoch, params=history.params),
    )
    (folder / "weights.txt").write_text(hash_weights(model))
