"""Finds out which object of a graph cannot be pickled, and how it is reached."""

from __future__ import annotations

import io
import socket
import types
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aibro.object_graph.mutable import mutable_kind
from aibro.object_graph.pickler import GraphPickler
from aibro.object_graph.shells import Late, Rule

_MOST = 100_000
"""How many objects are looked at for the way to one."""


Name = Callable[[Any], str | None]


def why_not_pickled(
    root: Any, rules: Sequence[Rule], start: str, name_of: Name = lambda _: None
) -> str | None:
    """Which object prevents a graph from being pickled, as a clause.

    Args:
        root: the root of the graph.
        rules: the rules to pickle it with.
        start: what ``root`` is called.
        name_of: what users call an object, such as ``"layer 'head'"``; ``None`` for most objects.

    Returns:
        Such as ``"callbacks[0].log is an open file"``; ``None`` if the graph can be pickled.
    """
    pickler = GraphPickler(rules)
    try:
        pickler.dump_graph(root)
    except Exception as error:  # noqa: BLE001 - user code may raise anything while it is pickled
        # The object that was looked at last is the one that failed.
        culprit = pickler.looked_at
        way = _way(root, culprit, rules, start, name_of)
        reason = _in_words(culprit) or f"is a {type(culprit).__qualname__}: {error}"
        return f"{way or 'a part of it'} {reason}"
    return None


def _way(root: Any, goal: Any, rules: Sequence[Rule], start: str, name_of: Name) -> str | None:
    """How ``goal`` is reached from ``root``, by the shortest way."""
    waiting: deque[tuple[str, str, Any]] = deque([("", start, root)])
    seen: dict[int, Any] = {}
    while waiting and len(seen) < _MOST:
        owner, way, item = waiting.popleft()
        if item is goal:
            return f"{owner}: {way}" if owner and owner not in way else way
        if id(item) not in seen:
            seen[id(item)] = item
            if (name := name_of(item)) is not None:
                owner = way = name
            waiting.extend((owner, *child) for child in _children(item, way, rules))
    return None


def _children(item: Any, way: str, rules: Sequence[Rule]) -> Iterator[tuple[str, Any]]:
    if isinstance(item, types.MethodType):
        yield f"{way}.__self__", item.__self__
        yield way, item.__func__
    elif isinstance(item, types.FunctionType):
        yield from _used_by(item)
    elif isinstance(item, (list, tuple)):
        yield from ((f"{way}[{index}]", each) for index, each in enumerate(item))
    elif type(item) is dict:
        yield from ((f"{way}[{key!r}]", each) for key, each in item.items())
    elif isinstance(item, type):
        yield from ((f"{item.__name__}.{name}", each) for name, each in vars(item).items())
    elif isinstance(item, (staticmethod, classmethod)):
        yield way, item.__func__
    elif (kind := mutable_kind(item, rules)) is not None:
        state = kind.state(item)
        yield way, type(item)
        yield from _parts(state.state({}) if isinstance(state, Late) else state, way)
    else:
        yield way, type(item)


def _used_by(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """What a function uses that is not its own."""
    own = f"in {function.__qualname__.rpartition('<locals>.')[2]}()"
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield f"{name!r} {own}", cell.cell_contents
        except ValueError:  # Nothing was assigned yet.
            continue
    for code in _codes(function.__code__):
        for name in code.co_names:
            if name in function.__globals__:
                yield f"{name!r} {own}", function.__globals__[name]
    for each in function.__defaults__ or ():
        yield f"a default {own}", each


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _codes(each)


def _parts(state: Any, way: str) -> Iterator[tuple[str, Any]]:
    """The parts of the state of an object, which has attributes and perhaps items."""
    if isinstance(state, dict):
        yield from ((f"{way}.{name}", each) for name, each in state.items())
    elif isinstance(state, (list, tuple)):
        for part in state:
            if isinstance(part, dict):
                yield from _parts(part, way)
            elif isinstance(part, list):
                yield from ((f"{way}[{index}]", each) for index, each in enumerate(part))
            else:
                yield way, part


def _in_words(item: Any) -> str | None:
    if isinstance(item, io.IOBase):
        return "is an open file"
    if isinstance(item, socket.socket):
        return "is a network connection"
    if isinstance(item, types.GeneratorType):
        return "is a generator"
    if type(item).__name__ == "Connection":
        return "is a connection"
    return None
