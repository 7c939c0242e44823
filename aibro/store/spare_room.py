"""Room on the store's disk that is kept back: jobs can end, and be deleted, when it is full."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from aibro.errors import DiskFull

SPARE_BYTES = 1024 * 1024
"""Enough for SQLite to open the store, and to forget a job of a thousand epochs."""
_CHUNK = bytes(64 * 1024)

T = TypeVar("T")


class SpareRoom:
    """A file of zeros that all processes of a state folder share.

    Deleting a job frees room, but its row has to go first, and SQLite writes before it forgets;
    ending one gives its instance back, but that is written, too. On a full disk the file is emptied
    for that long.

    Args:
        home: the state folder.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "aibro.db-spare"

    def take(self) -> None:
        """Take what is missing of the room, as far as there is any; not while it is lent."""
        with contextlib.suppress(OSError):
            if not self._path.exists() or self._path.stat().st_size < SPARE_BYTES:
                with self._open(fcntl.LOCK_EX | fcntl.LOCK_NB) as descriptor:
                    _fill(descriptor)

    def lend(self, write: Callable[[], T]) -> T:
        """Do what writes a little; when the disk is full, a second time with this room.

        What the second time leaves of the room is taken back; `take` brings the rest when there is
        some again.

        Args:
            write: has done nothing when it raises `DiskFull`.

        Raises:
            DiskFull: this room does not suffice, or another process was faster to use it.
        """
        try:
            return write()
        except DiskFull as full:
            with contextlib.ExitStack() as stack:
                try:
                    descriptor = stack.enter_context(self._open(fcntl.LOCK_EX))
                    os.ftruncate(descriptor, 0)
                except OSError:
                    raise full from None
                try:
                    return write()
                finally:
                    _fill(descriptor)

    @contextlib.contextmanager
    def _open(self, lock: int) -> Iterator[int]:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, lock)
            yield descriptor
        finally:
            os.close(descriptor)


def _fill(descriptor: int) -> None:
    """Write zeros until the file has its size, or the disk is full."""
    with contextlib.suppress(OSError):
        size = os.lseek(descriptor, 0, os.SEEK_END)
        while size < SPARE_BYTES:
            size += os.write(descriptor, _CHUNK[: SPARE_BYTES - size])
