"""Where the lines of a growing file begin, and the indexes of the files read last."""

from __future__ import annotations

import os
import time
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO

_BLOCK = 64 * 1024
_PIECE = 256 * 1024
_KEPT = 32
"""Logs whose index is kept."""
MAX_LINE = 32 * 1024
"""Bytes of a line that are shown: more than anybody reads in one line."""
_REDRAWN = 8 * 1024
"""Bytes at the end of an overlong line in which a carriage return says that it was redrawn."""


@dataclass(frozen=True)
class Stretch:
    """Whole lines that follow each other.

    Args:
        first: the number of the first, from 0.
        data: the lines, with newlines between them.
        omitted: bytes that were left out at the end; the line is alone then.
    """

    first: int
    data: bytes
    omitted: int = 0


@dataclass(frozen=True)
class Extent:
    """How much of a log has been indexed.

    Args:
        size: bytes of the file.
        indexed: bytes whose lines are known; less than ``size`` while a large log is read.
        lines: how many lines begin in them.
        is_open: the last of them has no end yet.
    """

    size: int
    indexed: int
    lines: int
    is_open: bool


class LineIndex:
    """The number of newlines in every block of a file.

    A file of 1 GB costs 128 kB and about a second. Used by several threads.
    """

    def __init__(self) -> None:
        self._newlines = array("Q")  # up to the end of each whole block
        self._lock = Lock()
        self._identity: tuple[int, int] | None = None

    def catch_up(self, file: BinaryIO, deadline: float) -> Extent:
        """Index what is new, until ``deadline`` (of the monotonic clock) at the latest."""
        status = os.fstat(file.fileno())
        with self._lock:
            identity = (status.st_dev, status.st_ino)
            if self._identity != identity or len(self._newlines) > status.st_size // _BLOCK:
                self._identity, self._newlines = identity, array("Q")
            return self._count(file, status.st_size, deadline)

    def begin(self, file: BinaryIO, line: int) -> int:
        """Where a known line begins, in bytes."""
        if line == 0:
            return 0
        block = bisect_left(self._newlines, line)
        left = line - self._before(block)
        data = _read(file, block * _BLOCK, _BLOCK)
        position = -1
        for _ in range(left):
            position = data.index(b"\n", position + 1)
        return block * _BLOCK + position + 1

    def stretches(self, file: BinaryIO, extent: Extent, first: int) -> Iterator[Stretch]:
        """The lines from ``first`` on, a piece of bounded size at a time."""
        start = self.begin(file, first) if first < extent.lines else extent.indexed
        while first < extent.lines:
            data = _read(file, start, min(_PIECE, extent.indexed - start))
            end = start + len(data)
            if end < extent.indexed:
                cut = data.rfind(b"\n")
                if cut < 0:
                    end = self._end(file, extent, first)
                    yield _overlong(file, first, data, start, end)
                    start, first = end + 1, first + 1
                    continue
                data, end = data[:cut], start + cut + 1
            else:
                data = data.removesuffix(b"\n")
            yield Stretch(first, data)
            start, first = end, first + data.count(b"\n") + 1

    def _count(self, file: BinaryIO, size: int, deadline: float) -> Extent:
        indexed = len(self._newlines) * _BLOCK
        file.seek(indexed)
        while size - indexed >= _BLOCK:
            if time.monotonic() > deadline:
                lines = self._before(len(self._newlines))
                return Extent(size, self.begin(file, lines), lines, is_open=False)
            count = file.read(_BLOCK).count(b"\n")
            self._newlines.append(self._before(len(self._newlines)) + count)
            indexed += _BLOCK
        rest = _read(file, indexed, size - indexed)
        newlines = self._before(len(self._newlines)) + rest.count(b"\n")
        last = rest[-1:] or _read(file, size - 1, 1) if size else b"\n"
        is_open = last != b"\n"
        return Extent(size, size, newlines + is_open, is_open)

    def _before(self, block: int) -> int:
        """Newlines before a block."""
        return self._newlines[block - 1] if block else 0

    def _end(self, file: BinaryIO, extent: Extent, line: int) -> int:
        """Where a line ends, its newline not included."""
        if line + 1 == extent.lines:
            return extent.indexed - (not extent.is_open)
        return self.begin(file, line + 1) - 1


class OpenLogs:
    """The line indexes of the logs that were read last; used by several threads."""

    def __init__(self) -> None:
        self._indexes: OrderedDict[Path, LineIndex] = OrderedDict()
        self._lock = Lock()

    def index(self, path: Path) -> LineIndex:
        """The index of a log, made when it is asked for the first time."""
        with self._lock:
            index = self._indexes.setdefault(path, LineIndex())
            self._indexes.move_to_end(path)
            while len(self._indexes) > _KEPT:
                self._indexes.popitem(last=False)
            return index


def shortened(raw: bytes) -> tuple[bytes, int]:
    """The part of a line that is shown, and how many bytes were left out at its end."""
    if len(raw) <= MAX_LINE:
        return raw, 0
    return _chosen(raw[:MAX_LINE], raw[-_REDRAWN:], len(raw))


def open_log(path: Path) -> BinaryIO | None:
    """A log, to be read; ``None`` when nothing was printed yet.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None


def _overlong(file: BinaryIO, line: int, head: bytes, start: int, end: int) -> Stretch:
    tail = _read(file, end - _REDRAWN, _REDRAWN)
    return Stretch(line, *_chosen(head[:MAX_LINE], tail, end - start))


def _chosen(head: bytes, tail: bytes, size: int) -> tuple[bytes, int]:
    """The end of a line that was drawn again and again, the beginning of any other."""
    start = tail.rstrip(b"\r").find(b"\r")
    return (head, size - len(head)) if start < 0 else (tail[start + 1 :], 0)


def _read(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)
