"""Entries of a machine in machines.toml: what an engine says of its own, and how to check values.

An engine lists its entries in `Engine.describe`; those that every machine has are in
`aibro.machines.entries`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class WrongValue(Exception):
    """What is wrong with a value and what to write instead; follows the entry's name.

    Args:
        what: as in ``has to be a number, such as 0.35, not 'cheap'``.
        key: the key inside the value that is wrong, when it is a table.
    """

    def __init__(self, what: str, key: str | None = None) -> None:
        super().__init__(what)
        self.inside = () if key is None else (key,)


class Entry(NamedTuple):
    """One entry that a machine may have.

    Example:
        ``{"partition": Entry(lambda value: text(value, '"gpu"'), example='"gpu"')}``
    """

    check: Callable[[object], object]
    """Returns the value as `MachineSpec` has it; raises `WrongValue`."""
    example: str | None = None
    """What could be written; only for an entry that every such machine has to have."""
    excludes: str | None = None
    """Another entry that a machine with this one must not have."""
    instead: str = ""
    """What to do when it has both."""


def text(value: object, example: str) -> str:
    """A text that is not empty.

    Raises:
        WrongValue: it is not.
    """
    if not isinstance(value, str) or not value.strip():
        raise WrongValue(f"has to be a text, such as {example}, not {shown(value)}")
    return value


def whole(least: int) -> Callable[[object], int]:
    """A check for whole numbers of at least ``least``."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise WrongValue(f"has to be a whole number, {least} or more, not {shown(value)}")
        return value

    return check


def shown(value: object) -> str:
    """A wrong value as an error shows it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)[:80] if value != "" else "an empty text"
