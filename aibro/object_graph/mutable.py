"""The kinds of objects that can change, and how to change one in place."""

from __future__ import annotations

import array
import copyreg
import io
import sys
from abc import ABC, abstractmethod
from collections import defaultdict, deque
from collections.abc import Sequence
from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from aibro.object_graph.content import Content
from aibro.object_graph.modules import Namespace, is_by_reference
from aibro.object_graph.shells import Finish, Rule, Shell, replace_attributes


class Mutable(ABC):
    """One kind of objects that can change."""

    @abstractmethod
    def state(self, item: Any) -> Any:
        """Everything about an object that can change, in containers made for the purpose."""

    @abstractmethod
    def restore(self, item: Any, state: Any) -> Finish | None:
        """Change an object in place.

        Returns:
            ``None``, or what is to be called when all objects are changed.
        """


def mutable_kind(item: Any, rules: Sequence[Rule]) -> Mutable | None:
    """The kind of an object; ``None`` for one that does not change, or not in a known way."""
    kind = type(item)
    if kind in _EXACT:
        return _EXACT[kind]
    if kind is Namespace:
        return None if item.is_installed else VARIABLES
    for rule in rules:
        found = rule(item)
        if found is not NotImplemented:
            return ByRule(rule) if isinstance(found, Shell) else None
    if isinstance(item, type):
        return None if is_by_reference(item) else _CLASS
    if isinstance(item, np.ndarray):
        return _ARRAY
    if hasattr(kind, "__setstate__") and _has_own_state(kind):
        return _OPAQUE
    if hasattr(item, "__dict__") or copyreg._slotnames(kind):  # type: ignore[attr-defined]
        return _INSTANCE
    return None


def _has_own_state(kind: type) -> bool:
    methods: Any = kind.__reduce__, kind.__reduce_ex__
    return methods != (object.__reduce__, object.__reduce_ex__) or not _in_python(kind)


def _in_python(kind: type) -> bool:
    return "__dict__" in dir(kind) or hasattr(kind, "__slots__")


class _Dict(Mutable):
    def state(self, item: Any) -> Any:
        return dict(item)

    def restore(self, item: Any, state: Any) -> None:
        item.clear()
        item.update(state)


class _List(Mutable):
    def state(self, item: Any) -> Any:
        return list(item)

    def restore(self, item: Any, state: Any) -> None:
        item[:] = state


class _DefaultDict(_Dict):
    def state(self, item: Any) -> Any:
        return item.default_factory, dict(item)

    def restore(self, item: Any, state: Any) -> None:
        item.default_factory, content = state
        super().restore(item, content)


class _Collection(Mutable):
    """Sets and deques."""

    def state(self, item: Any) -> Any:
        return list(item)

    def restore(self, item: Any, state: Any) -> None:
        item.clear()
        (item.update if isinstance(item, set) else item.extend)(state)


class _Numbers(Mutable):
    """Byte arrays, and arrays of Python's own."""

    def state(self, item: Any) -> Any:
        return bytes(item)

    def restore(self, item: Any, state: Any) -> None:
        item[:] = array.array(item.typecode, state) if isinstance(item, array.array) else state


class _Cell(Mutable):
    """A variable of a function that a function inside of it uses, too."""

    def state(self, item: Any) -> Any:
        try:
            return {"cell": item.cell_contents}
        except ValueError:  # Nothing was assigned yet.
            return {}

    def restore(self, item: Any, state: Any) -> None:
        if state:
            item.cell_contents = state["cell"]


class _Variables(Mutable):
    """The variables of a user's module, as far as the graph needs them."""

    def state(self, item: Any) -> Any:
        return {k: v for k, v in item.items() if k != "__builtins__"}

    def restore(self, item: Any, state: Any) -> None:
        vars(sys.modules[item.module]).update(state)


class _Attributes(Mutable):
    """The attributes of a user's function."""

    def state(self, item: Any) -> Any:
        return dict(vars(item))

    def restore(self, item: Any, state: Any) -> None:
        replace_attributes(item, state)


class _Class(Mutable):
    """The attributes of a user's class."""

    def state(self, item: Any) -> Any:
        return {k: v for k, v in vars(item).items() if not k.startswith("__") and k != "_abc_impl"}

    def restore(self, item: Any, state: Any) -> None:
        own = self.state(item)
        for name in own.keys() - state.keys():
            delattr(item, name)
        for name, value in state.items():
            if own.get(name, self) is not value:
                setattr(item, name, value)


class _Instance(Mutable):
    """An object of a class in Python: its attributes, and its items if it is a list or dict."""

    def state(self, item: Any) -> Any:
        attributes = dict(getattr(item, "__dict__", {}))
        for name in copyreg._slotnames(type(item)):  # type: ignore[attr-defined]
            if hasattr(item, name):
                attributes[name] = getattr(item, name)
        items = _ITEMS.get(next((base for base in _ITEMS if isinstance(item, base)), None))
        return attributes, items.state(item) if items is not None else None

    def restore(self, item: Any, state: Any) -> None:
        attributes, content = state
        slots = copyreg._slotnames(type(item))  # type: ignore[attr-defined]
        for name in slots:
            if name in attributes:
                object.__setattr__(item, name, attributes[name])
            elif hasattr(item, name):
                object.__delattr__(item, name)
        if hasattr(item, "__dict__"):
            replace_attributes(item, {k: v for k, v in attributes.items() if k not in slots})
        for base, items in _ITEMS.items():
            if isinstance(item, base):
                items.restore(item, content)
                break


class _Opaque(Mutable):
    """An object that keeps its state to itself, but tells it to pickle."""

    def state(self, item: Any) -> Any:
        reduced = item.__reduce_ex__(4)
        return reduced[2] if isinstance(reduced, tuple) and len(reduced) > 2 else None

    def restore(self, item: Any, state: Any) -> None:
        if state is not None:
            item.__setstate__(state)


class _Array(Mutable):
    """An array of NumPy's: its content."""

    def state(self, item: Any) -> Any:
        return Content(lambda: np.asarray(item))

    def restore(self, item: Any, state: Any) -> None:
        if item.flags.writeable and item.shape == state.array.shape:
            item[...] = state.array


class ByRule(Mutable):
    """An object that a rule takes apart."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def state(self, item: Any) -> Any:
        """See `Mutable.state`."""
        return self._rule(item).state

    def restore(self, item: Any, state: Any) -> Finish | None:
        """See `Mutable.restore`."""
        shell: Shell = self._rule(item)
        return shell.fill(item, state)


VARIABLES, _CLASS, _ARRAY, _OPAQUE, _INSTANCE = (
    _Variables(),
    _Class(),
    _Array(),
    _Opaque(),
    _Instance(),
)
_ITEMS: dict[Any, Mutable] = {
    dict: _Dict(),
    list: _List(),
    set: _Collection(),
    deque: _Collection(),
}
_EXACT: dict[type, Mutable | None] = {
    **_ITEMS,
    defaultdict: _DefaultDict(),
    io.StringIO: _OPAQUE,
    io.BytesIO: _OPAQUE,
    bytearray: _Numbers(),
    array.array: _Numbers(),
    CellType: _Cell(),
    FunctionType: _Attributes(),
    ModuleType: None,
    **dict.fromkeys((int, float, str, bytes, tuple, frozenset, bool, complex, type(None))),
}
