"""Tells what the objects of a graph hold, so that the receiver can check that all of it arrived."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import xxhash

from aibro.object_graph.common_rules import stream_name
from aibro.object_graph.content import Content

Manifest = dict[int, dict[str, Any]]
"""What objects hold, by their numbers and by attribute: texts, and lists and dicts of them."""
Tell = Callable[[Any, Any], dict[str, Any] | None]
"""Called with an object and its state; returns what to tell of it by name, ``None`` for nothing."""

_MAX_TEXT = 200
_DEPTH = 4
_SHOWN = (bool, int, float, complex, type(None))
_LOSSLESS = ("utf-8", "surrogatepass")


class Difference(NamedTuple):
    """Something that did not arrive as it was."""

    number: int
    """The object's number."""
    name: str
    was: str
    is_now: str


def describe(held: Iterable[tuple[int, Any, dict[str, Any]]]) -> Manifest:
    """Describe what objects hold. What they refer to is told as such, not what is in it.

    Args:
        held: the number of each object, the object, and what it holds by name.
    """
    held = list(held)
    numbers = {id(item): number for number, item, _ in held}

    def description(item: Any, depth: int) -> Any:
        kind = type(item)
        if kind in _SHOWN:
            return repr(item)
        if kind is str:
            return item if len(item) <= _MAX_TEXT else _digest("text", item.encode(*_LOSSLESS))
        if kind is bytes:
            return _digest("bytes", item)
        if kind is Content:
            return item.digest
        if (number := numbers.get(id(item))) is not None:
            return f"object {number}"
        if depth and isinstance(item, list | tuple):
            return [description(each, depth - 1) for each in item]
        if depth and isinstance(item, dict):
            return {repr(k): description(v, depth - 1) for k, v in item.items() if _is_plain(k)}
        return stream_name(item) or kind.__name__

    return {
        number: {name: description(value, _DEPTH) for name, value in values.items()}
        for number, _, values in held
    }


def first_difference(sent: Manifest, arrived: Manifest) -> Difference | None:
    """The first that an object holds otherwise than it did; ``None`` when there is none."""
    for number, was in sent.items():
        now = arrived.get(number, {})
        if now != was:
            name = next(name for name in {**was, **now} if was.get(name) != now.get(name))
            return Difference(number, name, _shown(was.get(name)), _shown(now.get(name)))
    return None


def _is_plain(key: Any) -> bool:
    return isinstance(key, str | int)


def _digest(what: str, data: bytes) -> str:
    return f"{what} {xxhash.xxh3_128_hexdigest(data)}"


def _shown(description: Any) -> str:
    text = "missing" if description is None else str(description)
    return text if len(text) <= _MAX_TEXT else f"{text[:_MAX_TEXT]}..."
