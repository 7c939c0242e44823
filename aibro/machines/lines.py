"""On which line of a TOML file an entry stands, which Python's reader does not tell."""

from __future__ import annotations

import tomllib

Path = tuple[str | int, ...]
"""The keys and positions that lead to an entry."""


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the entry's statement begins; the last one without such an entry.

    Args:
        text: valid TOML.
        path: the entry.
    """
    lines = text.splitlines(keepends=True)
    begins = 1
    # A statement is whole where the text up to its end is TOML: read line by line until the entry
    # is there. That is slow, and only done to say what is wrong.
    for number in range(1, len(lines) + 1):
        try:
            read = tomllib.loads("".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(read, path):
            return begins
        begins = number + 1
    return max(len(lines), 1)


def _has(read: object, path: Path) -> bool:
    for key in path:
        if isinstance(read, list) and isinstance(key, int):
            read = dict(enumerate(read))
        if not isinstance(read, dict) or key not in read:
            return False
        read = read[key]
    return True
