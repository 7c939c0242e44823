"""Lines of a log by their numbers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import BinaryIO

from aibro.errors import StoreError
from aibro.models import LogLine, LogLines
from aibro.server.logs.chunks import decoded
from aibro.server.logs.lines import Extent, LineIndex, open_log, shortened
from aibro.server.logs.screen import on_screen, style_after

MAX_LINES = 1000
PATIENCE_S = 0.25
_ANSWER = 512 * 1024
"""Characters after which an answer ends, even if it has fewer lines than asked for."""
_LOOK_BACK = 64 * 1024
"""How many bytes before the first line are searched for the colour that it begins with."""


def read_lines(path: Path, index: LineIndex, first: int, limit: int, *, ended: bool) -> LogLines:
    """Lines of a log as a terminal shows them, each complete in itself.

    A line is as it is on screen in the end, and begins with the colours that were in force. An
    answer may have fewer lines than asked for when they are long. A large log that is read for
    the first time takes several calls until all of it is ``indexed``.

    Args:
        path: the log; one that is missing is empty.
        index: where its lines begin, as far as that is known.
        first: the first line, from 0; from the end when negative.
        limit: lines at most.
        ended: the job is over, so nothing will be added.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        file = open_log(path)
        if file is None:
            return LogLines(lines=[], first=0, total=0, size=0, indexed=0, ended=ended)
        with file:
            extent = index.catch_up(file, time.monotonic() + PATIENCE_S)
            first = min(first, extent.lines) if first >= 0 else max(0, extent.lines + first)
            lines = _lines(file, index, extent, first, limit, ended=ended)
    except OSError as error:
        raise StoreError(f"The log {path} cannot be read: {error.strerror}.") from error
    return LogLines(
        lines=lines,
        first=first,
        total=extent.lines,
        size=extent.size,
        indexed=extent.indexed,
        ended=ended,
    )


def _lines(
    file: BinaryIO, index: LineIndex, extent: Extent, first: int, limit: int, *, ended: bool
) -> list[LogLine]:
    style = _style_before(file, index.begin(file, first)) if first < extent.lines else ""
    lines: list[LogLine] = []
    length = 0
    for stretch in index.stretches(file, extent, first):
        for number, raw in enumerate(stretch.data.split(b"\n"), stretch.first):
            shown, omitted = shortened(raw)
            whole = ended or not extent.is_open or number + 1 < extent.lines
            text = decoded(shown, final=whole)
            line = LogLine(text=style + on_screen(text), omitted=omitted + stretch.omitted)
            style = style_after(text, style)
            lines.append(line)
            length += len(line.text)
            if len(lines) == limit or length > _ANSWER:
                return lines
    return lines


def _style_before(file: BinaryIO, offset: int) -> str:
    start = max(0, offset - _LOOK_BACK)
    file.seek(start)
    return style_after(file.read(offset - start).decode("latin-1"))
