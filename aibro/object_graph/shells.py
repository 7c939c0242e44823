"""The rules by which objects are taken apart that pickle alone would not carry, or not as they are.

A rule is a function that gets an object and returns how to rebuild it, or ``NotImplemented`` when
the object is none of its business. It returns either what ``__reduce__`` returns, or a `Shell`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Finish = Callable[[], None]
Objects = Mapping[int, Any]
"""The objects of a graph, by their ``id()``."""


class Shell(NamedTuple):
    """An object that is rebuilt in two steps: first empty, and its state once all are there.

    So objects can refer to each other in circles, and a long chain of them does not need a deep
    stack.
    """

    make: Callable[..., Any]
    """Makes the empty object."""
    arguments: tuple[Any, ...]
    """The arguments for ``make``. They may not lead back to the object."""
    state: Any
    """Everything about the object that can change. It may be a `Late`."""
    fill: Callable[[Any, Any], Finish | None]
    """Called with the object, new or not, and the state that it gets. It may return a function
    that is called when all objects have their state."""


class Late(NamedTuple):
    """A state that depends on which objects are in the graph."""

    state: Callable[[Objects], Any]
    """Called with the objects of the graph when all others are pickled."""


Rule = Callable[[Any], Any]


def replace_attributes(item: Any, attributes: dict[str, Any]) -> None:
    """Give an object these attributes only, without calling a ``__setattr__`` of its class."""
    own = item.__dict__
    own.clear()
    own.update(attributes)
