"""Disk space that is kept back, so that jobs can end, and be deleted, when the disk is full."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from aibro.errors import DiskFull

JOB_BYTES = 512 * 1024
"""Enough for SQLite to write a job's end."""
STORE_BYTES = 1024 * 1024
"""Enough for SQLite to open the store, and to forget a job of a thousand epochs."""
_CHUNK = bytes(64 * 1024)

T = TypeVar("T")


class JobReserve:
    """A job's own file of zeros, for as long as the job runs.

    Args:
        folder: the job's.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "reserve"

    def take(self) -> None:
        """Keep the space back, if there is any left."""
        try:
            self._path.write_bytes(bytes(JOB_BYTES))
        except OSError:
            self.give_back()

    def give_back(self) -> None:
        """Free the space."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


class StoreReserve:
    """A file of zeros that all processes of a state folder share.

    Deleting a job frees space, and canceling one frees its instance, but SQLite has to write before
    either can happen. On a full disk the file is emptied
    for that long.

    Args:
        home: the state folder.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "aibro.db-spare"

    def take(self) -> None:
        """Keep back what is missing of the space, as far as there is any; not while it is lent."""
        with contextlib.suppress(OSError):
            if not self._path.exists() or self._path.stat().st_size < STORE_BYTES:
                with self._open(fcntl.LOCK_EX | fcntl.LOCK_NB) as descriptor:
                    _fill(descriptor)

    def lend(self, write: Callable[[], T]) -> T:
        """Call ``write``; when the disk is full, free this space and call it again.

        Afterwards what is left of the space is kept back again, and `take` gets the rest as soon as
        the disk has room.

        Args:
            write: writes a little, and has changed nothing when it raises `DiskFull`.

        Raises:
            DiskFull: this space is not enough, or another process has used it up first.
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
        while size < STORE_BYTES:
            size += os.write(descriptor, _CHUNK[: STORE_BYTES - size])
