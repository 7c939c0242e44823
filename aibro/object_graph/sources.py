"""Carries the source of functions along: that of a notebook's cells is in no file.

Tracebacks show it, and TensorFlow's AutoGraph rewrites functions from it.
"""

from __future__ import annotations

import contextlib
import linecache
from collections.abc import Iterator, Mapping
from types import FunctionType

Sources = Mapping[str, list[str]]
"""The lines of files and cells, by the names that the code knows them by."""


def lines_of(function: FunctionType) -> list[str]:
    """The lines of the file or cell that a function is from; none when they are unknown."""
    return linecache.getlines(function.__code__.co_filename, function.__globals__)


def keep_sources(sources: Sources) -> None:
    """Let this process find the lines, unless it has some of that name."""
    for name, lines in sources.items():
        linecache.cache.setdefault(name, _entry(name, lines))


@contextlib.contextmanager
def having_sources(sources: Sources) -> Iterator[None]:
    """Inside the block, this process finds the lines, whatever is in the files of these names."""
    before = {name: linecache.cache.get(name) for name in sources}
    linecache.cache.update({name: _entry(name, lines) for name, lines in sources.items()})
    try:
        yield
    finally:
        for name, entry in before.items():
            linecache.cache.pop(name, None)
            if entry is not None:
                linecache.cache[name] = entry


def _entry(name: str, lines: list[str]) -> tuple[int, None, list[str], str]:
    # Without a time, linecache never compares the entry with a file.
    return sum(map(len, lines)), None, lines, name
