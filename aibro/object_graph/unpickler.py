"""Reads a graph of objects that `GraphPickler` wrote."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

from cloudpickle import cloudpickle as _cloudpickle  # type: ignore[attr-defined]

from aibro.object_graph.modules import carried_modules
from aibro.object_graph.shells import Finish
from aibro.object_graph.sources import Sources


class LoadedGraph(NamedTuple):
    """A graph of objects, rebuilt in this process."""

    root: Any
    objects: dict[int, Any]
    """Its objects, by the numbers that the sender gives them, too."""
    modules: dict[str, ModuleType]
    """The user's modules, as far as the graph needs them."""
    sources: Sources
    """The lines that the user's functions are from."""
    manifest: bytes
    """What the sender's objects held, as MessagePack: a `Manifest`."""


class _Unpickler(pickle.Unpickler):
    """Never changes a class that this process has; cloudpickle would.

    cloudpickle takes a class for the one of the same pickle that was loaded or made here before,
    and gives that one the methods in the pickle. So a second job would find what the first made of
    a class, and a notebook's own classes would get methods that do not see its variables.
    """

    def __init__(
        self,
        data: bytes,
        buffers: Sequence[Any],
        named: Callable[[Any], Any] | None,
        own: bool,
    ) -> None:
        super().__init__(io.BytesIO(data), buffers=buffers)
        self._named = named
        self._own = own
        self._known: set[Any] = set()

    def persistent_load(self, name: Any) -> Any:
        if self._named is None:
            raise pickle.UnpicklingError(f"unknown object {name!r}")
        return self._named(name)

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name)
        if found is _cloudpickle._make_skeleton_class or found is _cloudpickle._make_skeleton_enum:
            return self._making(found)
        if found is _cloudpickle._class_setstate:
            return self._set_class
        return found

    def _making(self, make: Callable[..., type]) -> Callable[..., type]:
        def made(*arguments: Any) -> type:
            *rest, tracker_id, extra = arguments
            known = _cloudpickle._DYNAMIC_CLASS_TRACKER_BY_ID.get(tracker_id) if self._own else None
            if known is None:
                return make(*rest, None, extra)
            self._known.add(known)
            return known  # type: ignore[no-any-return]

        return made

    def _set_class(self, item: type, state: Any) -> type:
        if item not in self._known:
            _cloudpickle._class_setstate(item, state)
        return item


def load_graph(
    data: bytes,
    buffers: Sequence[Any],
    named: Callable[[Any], Any] | None = None,
    *,
    own: bool = False,
    modules: Mapping[str, ModuleType] | None = None,
) -> LoadedGraph:
    """Rebuild a graph. This runs code.

    Args:
        data: what ``GraphPickler.dump_graph`` returned.
        buffers: the pickler's buffers, in the same order.
        named: finds an object by the name that it was pickled by.
        own: classes that this process pickled itself are taken as they are now, instead of others
            that are made from the pickle.
        modules: the user's modules that functions in the graph belong to; ``None`` makes new ones.

    Raises:
        Exception: whatever unpickling the user's objects raises.
    """
    carried: dict[str, ModuleType] = dict(modules or {})
    token = carried_modules.set(carried)
    try:
        unpickler = _Unpickler(data, buffers, named, own)
        root = unpickler.load()
        finishes: list[Finish] = []
        while (states := unpickler.load()) is not None:
            for fill, item, state in states:
                if (finish := fill(item, state)) is not None:
                    finishes.append(finish)
        for finish in finishes:
            finish()
        objects = unpickler.memo.copy()
        return LoadedGraph(root, objects, carried, unpickler.load(), unpickler.load())
    finally:
        carried_modules.reset(token)
