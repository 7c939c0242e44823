"""What happens to the objects that are sent, and to those that come back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.graph.sending import load_sent_graph
from aibro.trainings.keras.result import load_result
from aibro.trainings.keras.training import KerasTraining
from aibro.trainings.keras.worker.trainer import KerasTrainer

from .support import store_training


def test_numbers_in_lists_of_data_are_not_taken_for_those_of_the_model(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.marks = [0, 1, "a"]
    training = KerasTraining(
        model=model,
        train_X=[[0.0], [1.0]],
        train_Y=[0, 1],
        validation_data=None,
        batch_size=None,
        epochs=1,
        fit_kwargs={},
    )
    training.check()
    payloads = PayloadStore(tmp_path / "payloads")
    training.store_model(payloads)
    assert training.sent is not None
    graph = training.sent.store(payloads)
    data = np.array([[0.0], [1.0]]), np.array([0, 1]), None
    arrived = load_sent_graph(graph, payloads.path, data).root["model"]
    assert list(arrived.marks) == [0, 1, "a"]
    assert type(arrived.marks[1]) is int


class Keeps(keras.callbacks.Callback):
    """Counts epochs, and keeps the training's rows as a generator, which cannot be pickled."""

    epochs = 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        del epoch, logs
        self.epochs += 1
        self.rows = iter(row for row in range(3))


def test_what_cannot_come_back_is_told(session: KerasTrainer, tmp_path: Path) -> None:
    keeps = Keeps()
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    training = KerasTraining(
        model=model,
        train_X=np.ones((4, 1)),
        train_Y=np.ones(4),
        validation_data=None,
        batch_size=None,
        epochs=2,
        fit_kwargs={"callbacks": [keeps]},
    )
    plan, resolve = store_training(training, tmp_path)
    session.load(plan, resolve)
    session.fit(lambda _: None)
    session.save_result(tmp_path / "result")
    session.reset()
    with pytest.warns(UserWarning, match=r"Not brought back.*: Keeps\.rows\. Here it is"):
        load_result(tmp_path / "result", plan, resolve, training)
    assert keeps.epochs == 2
    assert not hasattr(keeps, "rows")
