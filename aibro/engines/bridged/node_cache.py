"""Payloads on a node: each is sent there once, for all jobs of one state folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path

from aibro.payloads.atomic import disk_is_full, temp_beside
from aibro.payloads.store import PayloadStore

MAX_BYTES = 20 * 1024**3
"""What is kept on a node for later jobs; the least recently used goes first."""
_COPY_BYTES = 16 << 20


class NodeCache:
    """A content-addressed folder on the node.

    Args:
        folder: made when missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = PayloadStore(folder)
        self._in_use = contextlib.ExitStack()
        self._in_use.enter_context(self._store.in_use())
        self._open: dict[str, tuple[int, Path]] = {}
        self._opening = threading.Lock()

    def missing(self, names: list[str]) -> list[str]:
        """Those that are not here, or not whole; the others count as used now."""
        here = [name for name in names if self._store.is_whole(name)]
        for name in here:
            os.utime(self._store.path(name))
        return [name for name in names if name not in here]

    def write(self, name: str, offset: int, data: memoryview) -> None:
        """Put a piece of a payload in its place.

        Raises:
            OSError: there is no room.
        """
        with self._opening:
            if name not in self._open:
                temp = temp_beside(self._store.path(name))
                flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
                self._open[name] = os.open(temp, flags, 0o600), temp
        descriptor, _ = self._open[name]
        rest = memoryview(data).cast("B")
        try:
            while rest:
                written = os.pwrite(descriptor, rest, offset)
                rest, offset = rest[written:], offset + written
        except OSError as error:
            if disk_is_full(error):
                self._forget(name)
            raise

    def seal(self, name: str) -> None:
        """The payload is whole; it gets its name."""
        descriptor, temp = self._open.pop(name)
        os.close(descriptor)
        if temp.stat().st_size != self._store.size(name):
            temp.unlink()
            raise OSError(f"{name} did not arrive whole")
        temp.replace(self._store.path(name))

    def pull(self, url: str, name: str) -> None:
        """Copy a payload from a file system of fsspec."""
        import fsspec

        with fsspec.open(f"{url.rstrip('/')}/{name}", "rb") as source:
            offset = 0
            while data := source.read(_COPY_BYTES):
                self.write(name, offset, memoryview(data))
                offset += len(data)
        self.seal(name)

    def leave(self, *, remove: bool) -> None:
        """The instance ends.

        Args:
            remove: nothing is to stay, unless another instance uses it.
        """
        for name in [*self._open]:
            self._forget(name)
        self._in_use.close()
        if not self.folder.is_dir():
            return
        with self._store.alone() as alone:
            if alone and remove:
                shutil.rmtree(self.folder, ignore_errors=True)
            elif alone:
                self._store.collect(set, MAX_BYTES)

    def _forget(self, name: str) -> None:
        with self._opening:
            descriptor, temp = self._open.pop(name, (None, None))
        if descriptor is not None and temp is not None:
            os.close(descriptor)
            temp.unlink(missing_ok=True)
