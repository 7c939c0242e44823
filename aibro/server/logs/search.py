"""Searching a log as it looks on screen."""

from __future__ import annotations

import time
from pathlib import Path

from aibro.errors import StoreError
from aibro.models import LogHits
from aibro.server.logs.lines import LineIndex, Stretch, open_log
from aibro.server.logs.pages import PATIENCE_S
from aibro.server.logs.screen import on_screen, without_styles

MAX_TEXT = 1000
MAX_HITS = 20_000
_CONTROLS = [bytes([code]) for code in (*range(9), *range(11, 27), *range(28, 32), 127)]
"""Control characters that change the text on screen; the escape of a colour does not."""


def search_log(
    path: Path,
    index: LineIndex,
    text: str,
    first: int,
    limit: int,
    *,
    match_case: bool,
    ended: bool,
) -> LogHits:
    """Where a text is in a log, from a line on.

    It searches for a fraction of a second; when it is not ``done``, ask again from ``next_line``.

    Args:
        path: the log; one that is missing is empty.
        index: where its lines begin, as far as that is known.
        text: what to search for, within one line; an empty text is not found.
        first: the line to begin with, from 0.
        limit: hits after which it stops at the end of the line.
        match_case: capitals and small letters are different.
        ended: nothing will be added any more; else the last line may be asked for again.

    Raises:
        StoreError: the file cannot be read.
    """
    deadline = time.monotonic() + PATIENCE_S
    wanted = text if match_case else text.lower()
    hits: list[int] = []
    try:
        file = open_log(path) if text else None
        if file is None:
            return LogHits(lines=[], next_line=first, done=True)
        with file:
            extent = index.catch_up(file, deadline)
            is_whole = extent.indexed == extent.size
            for stretch in index.stretches(file, extent, first):
                shown = _shown(stretch)
                next_line = _find(
                    shown if match_case else shown.lower(), wanted, stretch.first, limit, hits
                )
                is_enough = len(hits) >= limit or time.monotonic() > deadline
                if is_enough and next_line < extent.lines:
                    return LogHits(lines=hits, next_line=next_line, done=False)
    except OSError as error:
        raise StoreError(f"The log {path} cannot be read: {error.strerror}.") from error
    end = extent.lines - (extent.is_open and not ended)
    return LogHits(lines=hits, next_line=max(first, end), done=is_whole)


def _shown(stretch: Stretch) -> str:
    data = stretch.data
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    text = data.decode("utf-8", "replace")
    if not any(control in data for control in _CONTROLS):
        plain = without_styles(text) if "\x1b" in text else text
        if "\x1b" not in plain:
            return plain
    return without_styles("\n".join(map(on_screen, text.split("\n"))))


def _find(text: str, wanted: str, line: int, limit: int, hits: list[int]) -> int:
    """Add the line of every hit to ``hits``; the line from which to go on."""
    counted = 0
    position = text.find(wanted)
    while position >= 0:
        newlines = text.count("\n", counted, position)
        if newlines and len(hits) >= limit:
            return line + newlines
        line += newlines
        counted = position
        hits.append(line)
        position = text.find(wanted, position + len(wanted))
    return line + text.count("\n", counted) + 1
