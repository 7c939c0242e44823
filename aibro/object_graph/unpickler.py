"""Reads a graph of objects that `GraphPickler` wrote."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from aibro.object_graph.modules import carried_modules
from aibro.object_graph.shells import Finish


class LoadedGraph(NamedTuple):
    """A graph of objects, rebuilt in this process."""

    root: Any
    objects: dict[int, Any]
    """Its objects, by the numbers that the sender gives them, too."""
    modules: dict[str, ModuleType]
    """The user's modules, as far as the graph needs them."""


class _Unpickler(pickle.Unpickler):
    def __init__(
        self, data: bytes, buffers: Sequence[Any], named: Callable[[Any], Any] | None
    ) -> None:
        super().__init__(io.BytesIO(data), buffers=buffers)
        self._named = named

    def persistent_load(self, name: Any) -> Any:
        if self._named is None:
            raise pickle.UnpicklingError(f"unknown object {name!r}")
        return self._named(name)


def load_graph(
    data: bytes, buffers: Sequence[Any], named: Callable[[Any], Any] | None = None
) -> LoadedGraph:
    """Rebuild a graph. This runs code.

    Args:
        data: what ``GraphPickler.dump_graph`` returned.
        buffers: the pickler's buffers, in the same order.
        named: finds an object by the name that it was pickled by.

    Raises:
        Exception: whatever unpickling the user's objects raises.
    """
    modules: dict[str, ModuleType] = {}
    token = carried_modules.set(modules)
    try:
        unpickler = _Unpickler(data, buffers, named)
        root = unpickler.load()
        finishes: list[Finish] = []
        while (states := unpickler.load()) is not None:
            for fill, item, state in states:
                if (finish := fill(item, state)) is not None:
                    finishes.append(finish)
        for finish in finishes:
            finish()
        return LoadedGraph(root, unpickler.memo.copy(), modules)
    finally:
        carried_modules.reset(token)
