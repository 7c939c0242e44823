"""A part of a job's log, cut between characters."""

from __future__ import annotations

import codecs
from pathlib import Path

from aibro.errors import StoreError
from aibro.models import LogChunk

MAX_CHUNK = 256 * 1024
_LONGEST_CHARACTER = 4


def read_log(path: Path, offset: int, limit: int, *, ended: bool) -> LogChunk:
    """At most ``limit`` bytes of a log, as text.

    A part begins and ends between characters, so that parts put together are the whole. Bytes that
    are not UTF-8 become U+FFFD; offsets still count the bytes of the file. A character that
    is still being written waits for the next part.

    Args:
        path: the log; one that is missing is empty.
        offset: where to begin, in bytes; from the end when negative.
        limit: bytes, from 1; exceeded only to keep one character whole.
        ended: nothing will be added any more.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = min(offset, size) if offset >= 0 else max(0, size + offset)
            before = min(start, _LONGEST_CHARACTER - 1)
            file.seek(start - before)
            data = file.read(before + limit + _LONGEST_CHARACTER)
    except FileNotFoundError:
        return LogChunk(text="", offset=0, next_offset=0, size=0, ended=ended)
    except OSError as error:
        raise StoreError(f"The log {path} cannot be read: {error.strerror}.") from error
    skipped = _rest_of_character(data[:before], data[before:])
    start += skipped
    data = data[before + skipped :]
    at_end = start + len(data) >= size
    text, used = _whole_characters(data, limit, final=ended and at_end)
    return LogChunk(text=text, offset=start, next_offset=start + used, size=size, ended=ended)


def decoded(data: bytes, *, final: bool) -> str:
    """Bytes as text; unless ``final``, a character whose end is missing is left out."""
    end = len(data) - (0 if final else len(_unfinished(data)))
    return data[:end].decode("utf-8", "replace")


def _rest_of_character(before: bytes, after: bytes) -> int:
    """How many bytes of ``after`` finish a character that began in ``before``."""
    begun = _unfinished(before)
    for count in range(1, _LONGEST_CHARACTER if begun else 0):
        try:
            (begun + after[:count]).decode()
        except UnicodeDecodeError:
            continue
        return count
    return 0


def _whole_characters(data: bytes, limit: int, *, final: bool) -> tuple[str, int]:
    """The text of the first ``limit`` bytes, and how many bytes that took."""
    part = data[:limit]
    last = final and len(data) <= limit
    used = len(part) - (0 if last else len(_unfinished(part)))
    # Less than one character fits: the limit gives way, else a reader would never get on.
    while used == 0 and len(part) < len(data):
        part = data[: len(part) + 1]
        last = final and len(part) == len(data)
        used = len(part) - (0 if last else len(_unfinished(part)))
    return part[:used].decode("utf-8", "replace"), used


def _unfinished(data: bytes) -> bytes:
    """The bytes at the end of ``data`` that begin a character and do not finish it."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    decoder.decode(data[-_LONGEST_CHARACTER:])
    return decoder.getstate()[0]
