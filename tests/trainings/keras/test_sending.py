from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.graph.sending import load_sent_graph
from aibro.trainings.keras.training import KerasTraining


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
