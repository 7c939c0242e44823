"""File locks that show whether a process is alive.

A lock is held on an open file. The system releases it when the last process that has the file open
ends, for whatever reason. So if a lock can be taken, its owner is dead. Unlike a process id, a lock
is never reused by another process; unlike a heartbeat, it is never late.

`shared` and `alone` protect a folder to which some processes add files while others delete files.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

_TRY_S = 0.02


class LivenessLock:
    """An exclusive lock that is held for as long as its owner lives.

    Args:
        path: the lock's file; created if it does not exist.

    Example::

        lock = LivenessLock(path)
        if lock.acquire():
            with lock:
                ...  # owner_is_dead(path) is False in other processes
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The descriptor of the open file, to pass the lock on to a child process."""
        assert self._descriptor is not None, "the lock is not held"
        return self._descriptor

    def acquire(self) -> bool:
        """Take the lock.

        Returns:
            False when a living process holds it already.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    @classmethod
    def inherit(cls, path: Path, descriptor: int) -> LivenessLock:
        """Own a lock that the parent process took and passed on.

        Args:
            path: the lock's file.
            descriptor: the inherited descriptor of the open file.
        """
        lock = cls(path)
        os.set_inheritable(descriptor, False)
        lock._descriptor = descriptor
        return lock

    def release(self) -> None:
        """Release the lock in this process; a child that inherited it still holds it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> LivenessLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def owner_is_dead(path: Path) -> bool:
    """Whether no living process holds the lock at ``path``; also true if the file is missing."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        # A shared lock, so that two processes that check at the same time do not see each other.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Hold a shared lock on a folder inside the block; waits while another holds it `alone`.

    Args:
        folder: a folder that exists.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone(folder: Path, within_s: float) -> Iterator[bool]:
    """Hold an exclusive lock on a folder inside the block, if it can be had in time.

    Args:
        folder: a folder that exists.
        within_s: the most seconds to wait for others to release it.

    Yields:
        Whether the lock is held; false if others held the folder for too long.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    deadline = time.monotonic() + within_s
    try:
        while not (taken := _try_lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(_TRY_S)
        yield taken
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
