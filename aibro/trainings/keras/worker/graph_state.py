"""Saves and restores everything that a training has changed: its whole graph of objects.

A checkpoint has the weights of the model's layers and of the optimizer. A training can change more:
weights of LoRA, what a loss and a callback share, variables of the notebook. All of that is in the
graph that the training was loaded from.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from aibro.errors import BadInput
from aibro.object_graph.changes import Snapshot
from aibro.object_graph.content import Content
from aibro.trainings.keras.graph.rules import COMPILED

_LIVE = (*COMPILED, "_jax_state", "_eval_epoch_iterator", "history", "stop_training")
"""Attributes of the model that belong to the running ``fit``."""


class GraphState:
    """The graph of a training that runs.

    Args:
        snapshot: of the graph, as it was loaded.
        model: the model that is trained.
    """

    def __init__(self, snapshot: Snapshot, model: Any) -> None:
        self._snapshot = snapshot
        self._model = model
        self._set_up: dict[int, Any] = {}

    def note_set_up(self) -> None:
        """Note what has been made until now, such as the file that a callback has opened.

        The training that goes on makes it again. Call this before the first epoch begins.
        """
        self._set_up = {id(item): item for item in _held_by(self._snapshot.changed())}

    def dump(self, epoch: int, logs: dict[str, Any]) -> list[bytes]:
        """What has changed so far: a pickle and its buffers. What was set up may be left out.

        Args:
            epoch: the epoch that has just ended, from 0.
            logs: its metrics.

        Raises:
            BadInput: something that an epoch has made cannot be pickled; names it.
            Exception: whatever pickling the user's objects raises.
        """

        def leave_out(what: str, item: Any) -> None:
            if id(item) not in self._set_up:
                raise BadInput(f"{what} cannot be pickled")

        history = self._model.history
        # Keras adds the epoch to it last of all.
        kept = {name: [*history.history.get(name, []), value] for name, value in logs.items()}
        epochs = ([*history.epoch, epoch], {**history.history, **kept})
        data, buffers = self._snapshot.dump_changes(epochs, leave_out)
        return [data, *(bytes(buffer.raw()) for buffer in buffers)]

    def restore(self, changes: list[bytes]) -> None:
        """Restore what ``dump`` returned, at the beginning of an epoch. This runs code.

        Raises:
            Exception: whatever unpickling the user's objects raises.
        """
        attributes = vars(self._model)
        live = {name: attributes[name] for name in _LIVE if name in attributes}
        data, *buffers = changes
        epochs, logs = self._snapshot.restore(data, buffers)
        for name in _LIVE:
            attributes.pop(name, None)
        attributes.update(live)
        history = self._model.history
        history.epoch, history.history = epochs, logs
        # Keras does so just before the epoch begins.
        with contextlib.suppress(AttributeError):
            self._model.reset_metrics()


def _held_by(state: Any) -> Iterator[Any]:
    """What is in a state; not the contents of arrays, which would stay in memory."""
    if isinstance(state, dict):
        state = tuple(state.values())
    if type(state) is tuple:
        for part in state:
            yield from _held_by(part)
    elif not isinstance(state, Content):
        yield state
