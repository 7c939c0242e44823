"""Carries the source of functions along: that of a notebook's cells is in no file.

Tracebacks show it, and TensorFlow's AutoGraph rewrites functions from it. Nothing else of the cells
goes along: somebody's password may stand in the next line.
"""

from __future__ import annotations

import ast
import contextlib
import linecache
from collections.abc import Iterator, Mapping
from types import FunctionType

Sources = Mapping[str, list[str]]
"""The lines of files and cells, by the names that the code knows them by."""


class SourceCollector:
    """Collects the statements that define functions, in place in their files or cells."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}
        self._first_lines: dict[str, set[int]] = {}

    def add(self, function: FunctionType) -> None:
        """Add a function; one whose source is unknown is left out."""
        code = function.__code__
        name = code.co_filename
        if name not in self._files:
            self._files[name] = linecache.getlines(name, function.__globals__)
        self._first_lines.setdefault(name, set()).add(code.co_firstlineno)

    def sources(self) -> dict[str, list[str]]:
        """The lines by file, empty where there is something else."""
        return {
            name: _only_around(lines, self._first_lines[name])
            for name, lines in self._files.items()
            if lines
        }


def _only_around(lines: list[str], wanted: set[int]) -> list[str]:
    """The lines of those statements of a file that have some of the wanted lines (from 1)."""
    try:
        statements = ast.parse("".join(lines)).body
    except (SyntaxError, ValueError):  # It is no Python, or was changed since.
        return []
    kept = ["\n"] * len(lines)
    for statement in statements:
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(each.lineno for each in decorators)])
        last = statement.end_lineno or first
        if any(first <= line <= last for line in wanted):
            kept[first - 1 : last] = lines[first - 1 : last]
    return kept


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
