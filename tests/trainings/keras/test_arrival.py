"""What happens when something arrives on the instance otherwise than it was in the notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from aibro.errors import NotAsSent
from aibro.object_graph.changes import Snapshot
from aibro.payloads.store import PayloadStore
from aibro.trainings.keras.graph.arrival import check_arrived
from aibro.trainings.keras.graph.sending import SentGraph, graph_rules, load_sent_graph


class Told(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.limits = {"low": 0.5}


def assign(variable: Any, value: float) -> None:
    variable.assign(np.full(variable.shape, value, "float32"))


CHANGES: dict[str, tuple[Callable[[Any, Any], None], str]] = {
    "a weight": (
        lambda model, _: assign(model.layers[0].kernel, 7.0),
        r"'value' of \S*hidden/kernel is \w+ here, and \w+ in the notebook",
    ),
    "whether it is trained": (
        lambda model, _: setattr(model.layers[0].kernel, "trainable", False),
        r"'trainable' of \S*hidden/kernel is False here, and True in the notebook",
    ),
    "a layer": (
        lambda model, _: setattr(model.layers[0], "units", 4),
        r"'units' of layer 'hidden' \(Dense\) is 4 here, and 3 in the notebook",
    ),
    "the optimizer": (
        lambda model, _: setattr(model.optimizer, "beta_1", 0.5),
        "'beta_1' of the optimizer is 0.5 here, and 0.9 in the notebook",
    ),
    "a loss": (
        lambda model, _: setattr(model.loss, "reduction", "sum"),
        "'reduction' of a Huber is sum here, and sum_over_batch_size in the notebook",
    ),
    "a callback": (
        lambda _, told: told.limits.update(low=0.7),
        "'limits' of a Told is {\"'low'\": '0.7'} here, and {\"'low'\": '0.5'} in the notebook",
    ),
}


class Sent:
    """A model with a callback that arrived."""

    def __init__(self, folder: Path) -> None:
        layers = keras.layers.Dense(3, name="hidden"), keras.layers.Dense(1)
        model = keras.Sequential([keras.Input((4,)), *layers])
        model.compile("adam", keras.losses.Huber(delta=4))
        store = PayloadStore(folder / "payloads")
        graph = SentGraph(model, {"callbacks": [Told()]}, ()).store(store)
        self.settings = graph.settings
        self.loaded = load_sent_graph(graph, store.path, ())

    def check(self) -> None:
        check_arrived(self.loaded, Snapshot(self.loaded, graph_rules()), self.settings)


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    return Sent(tmp_path)


def test_nothing_is_said_when_all_is_the_same(sent: Sent) -> None:
    sent.check()


@pytest.mark.parametrize("name", CHANGES)
def test_the_error_names_it_with_both_values(sent: Sent, name: str) -> None:
    change, message = CHANGES[name]
    root = sent.loaded.root
    change(root["model"], root["arguments"]["callbacks"][0])
    with pytest.raises(NotAsSent, match=message):
        sent.check()


def test_a_setting_that_does_not_hold_here_is_told(sent: Sent) -> None:
    sent.settings["epsilon"] = 0.5
    with pytest.raises(NotAsSent, match=r"epsilon is 1e-07 here, and 0\.5 in the notebook"):
        sent.check()
