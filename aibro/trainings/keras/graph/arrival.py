"""Checks that a model and all that belongs to it arrived on the instance as they were."""

from __future__ import annotations

from typing import Any

from keras.callbacks import Callback
from keras.src import backend
from keras.src.saving.keras_saveable import KerasSaveable

from aibro.errors import NotAsSent
from aibro.object_graph.changes import Snapshot
from aibro.object_graph.shells import Late
from aibro.object_graph.unpickler import LoadedGraph
from aibro.trainings.keras.graph.names import name_of
from aibro.trainings.keras.settings import read_settings

_TOLD = (backend.Variable, KerasSaveable, Callback)
_told_kinds: dict[type, bool] = {}


def tell(item: Any, state: Any) -> dict[str, Any] | None:
    """What to check of a variable, or of a model, layer, optimizer, loss, metric or callback.

    Args:
        item: any object.
        state: what it holds, if a rule took it apart.
    """
    kind = type(item)
    is_told = _told_kinds.get(kind)
    if is_told is None:
        is_told = _told_kinds[kind] = issubclass(kind, _TOLD)
    if not is_told or isinstance(state, Late):
        return None
    if isinstance(item, backend.Variable):
        of_variable, content = state
        names = ("_path", "_shape", "_dtype", "_trainable")
        return {name: of_variable.get(name) for name in names} | {"value": content}
    while isinstance(state, tuple):
        state = state[0]
    attributes: dict[str, Any] = state if state is not None else vars(item)
    return attributes


def check_arrived(loaded: LoadedGraph, snapshot: Snapshot, settings: dict[str, Any]) -> None:
    """Check that a graph arrived as it was sent, and that the notebook's settings hold here.

    Args:
        loaded: the graph, as it arrived.
        snapshot: of the same.
        settings: those that this process has to have.

    Raises:
        NotAsSent: something is different; the error names it, with both values.
    """
    made = read_settings()
    for name, value in settings.items():
        if name in made and made[name] != value:
            raise NotAsSent(f"{name} is {made[name]!r} here, and {value!r} in the notebook")
    found = snapshot.first_difference(loaded.manifest, tell)
    if found is None:
        return
    item = loaded.objects[found.number]
    name = name_of(item) or getattr(item, "path", None) or f"a {type(item).__name__}"
    raise NotAsSent(
        f"{found.name.strip('_')!r} of {name} is {found.is_now} here, and {found.was} in the "
        "notebook"
    )
