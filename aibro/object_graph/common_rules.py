"""Rules for objects of Python's own that pickle refuses, though a copy of them is clear."""

from __future__ import annotations

import functools
import io
import sys
import threading
import weakref
from types import CellType, FunctionType, ModuleType
from typing import Any

from aibro.object_graph.modules import carried_module, is_by_reference
from aibro.object_graph.shells import Shell, replace_attributes

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_OF_IMPORT = ("__builtins__", "__loader__", "__spec__")
_FILES = (io.TextIOWrapper, io.BufferedIOBase, io.RawIOBase)
_CACHED = functools._lru_cache_wrapper
_STREAMS = ("stdout", "stderr", "stdin")


def reduce_common(item: Any) -> Any:
    """A rule; see `aibro.object_graph.shells`."""
    kind = type(item)
    if kind is _LOCK:
        return threading.Lock, ()
    if kind is _RLOCK:
        return threading.RLock, ()
    if kind is CellType:
        # Made empty at first, because what it holds often leads back to it.
        return CellType, (), _held(item), None, None, _hold
    if isinstance(item, threading.local) and "__reduce__" not in vars(kind):
        return Shell(kind.__new__, (kind,), dict(vars(item)), _fill_local)
    if kind is weakref.ref:
        target = item()
        return (weakref.ref, (target,)) if target is not None else (_dead_reference, ())
    if isinstance(item, ModuleType):
        return _reduce_module(item)
    if (name := stream_name(item)) is not None:
        return getattr, (sys, name)
    if isinstance(item, _FILES) and not isinstance(item, io.BytesIO):
        # Of a file that is read, cloudpickle would make another object with the same text.
        raise TypeError(f"cannot pickle {kind.__name__!r} object")
    if kind is memoryview:
        raise TypeError("cannot pickle 'memoryview' object")
    if kind is _CACHED and not is_by_reference(item.__wrapped__):
        return _cached, (item.__wrapped__, item.cache_parameters())
    if isinstance(item, BaseException) and _is_made_by_its_class(kind):
        return Shell(kind.__new__, (kind, *item.args), dict(vars(item)), replace_attributes)
    if _asks_for_attributes(kind):
        # Pickle would look for __setstate__ before the attributes are there that answer.
        state = object.__getstate__(item)
        if isinstance(state, dict):
            return Shell(kind.__new__, (kind,), state, replace_attributes)
    return NotImplemented


def stream_name(item: Any) -> str | None:
    """The name of a stream of this process, such as ``stdout``; ``None`` if it is none."""
    for name in _STREAMS:
        if item is getattr(sys, name, None) or item is getattr(sys, f"__{name}__", None):
            return name
    return None


def _cached(function: Any, parameters: dict[str, Any]) -> Any:
    """A function that remembers its results, without any so far."""
    return functools.lru_cache(**parameters)(function)


def _is_made_by_its_class(kind: type) -> bool:
    """Whether an exception cannot be made of its arguments alone."""
    methods: Any = kind.__reduce__, kind.__reduce_ex__
    is_in_python = any(
        isinstance(vars(base).get("__init__"), FunctionType) for base in kind.__mro__
    )
    return is_in_python and methods == (BaseException.__reduce__, object.__reduce_ex__)


def _asks_for_attributes(kind: type) -> bool:
    """Whether a class answers for attributes that its objects do not have, and for no more."""
    if not hasattr(kind, "__getattr__") or hasattr(kind, "__setstate__"):
        return False
    if issubclass(kind, (type, dict, list, set, tuple)) or hasattr(kind, "__getnewargs__"):
        return False
    methods: Any = kind.__reduce__, kind.__reduce_ex__, kind.__getstate__
    return bool(methods == (object.__reduce__, object.__reduce_ex__, object.__getstate__))


def _fill_local(item: Any, state: dict[str, Any]) -> None:
    vars(item).update(state)


def _held(cell: CellType) -> tuple[Any, ...]:
    try:
        return (cell.cell_contents,)
    except ValueError:  # Nothing was assigned yet.
        return ()


def _hold(cell: CellType, held: tuple[Any, ...]) -> None:
    if held:
        (cell.cell_contents,) = held


def _dead_reference() -> weakref.ref[Any]:
    return weakref.ref(_Gone())


class _Gone:
    """What a weak reference referred to that is gone."""


def _reduce_module(module: ModuleType) -> Any:
    if is_by_reference(module):
        return NotImplemented
    state = {name: value for name, value in vars(module).items() if name not in _OF_IMPORT}
    return Shell(carried_module, (module.__name__,), state, _fill_module)


def _fill_module(module: ModuleType, state: dict[str, Any]) -> None:
    vars(module).update(state)
