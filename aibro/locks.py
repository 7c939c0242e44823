"""Locks that say whether a process lives.

A lock is held on an open file, and the system lets go of it when the last process that has the file
open is gone, however it went. So a lock that can be taken means: its owner is dead. Unlike a
process id it can't be taken for another's, unlike a heartbeat it is never late.

`shared` and `alone` are for a folder that some add to and others clear away in.
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
    """An exclusive lock held for as long as its owner lives.

    Args:
        path: the lock's file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open file, to hand the lock on to a child process."""
        assert self._descriptor is not None, "the lock is not held"
        return self._descriptor

    def acquire(self) -> bool:
        """Take the lock; false when somebody alive holds it."""
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
        """Own a lock that the parent process took and handed on."""
        lock = cls(path)
        os.set_inheritable(descriptor, False)
        lock._descriptor = descriptor
        return lock

    def release(self) -> None:
        """Let go; a child that inherited the file still holds it."""
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
    """Whether nobody alive holds the lock at ``path``; true as well when there is none."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        # Shared: those who look at the same time do not take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Be one of any number that use a folder; waits while somebody is `alone` in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone(folder: Path, within_s: float) -> Iterator[bool]:
    """Be the only one in a folder; yields false when others are in it for too long.

    Args:
        folder: a folder that exists.
        within_s: seconds to wait for the others at most.
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
