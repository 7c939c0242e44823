"""Room on the disk that is kept back, so that a job can say that the disk is full."""

from __future__ import annotations

import contextlib
from pathlib import Path

RESERVE_BYTES = 512 * 1024
"""Enough for SQLite to write a job's end."""


class Reserve:
    """A file of zeros that takes room until it is needed.

    Args:
        folder: where; on the store's disk.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"

    def take(self) -> None:
        """Take the room; where there is none left already, nothing is lost."""
        try:
            self._path.write_bytes(bytes(RESERVE_BYTES))
        except OSError:
            self.give()

    def give(self) -> None:
        """Give it back."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
