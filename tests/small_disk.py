"""A disk that is soon full."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SIZE = 16 << 20
"""Bytes of a `SmallDisk`."""


@contextlib.contextmanager
def mounted_disk(folder: Path, size: str = "1m", *, lazy: bool = False) -> Iterator[Path]:
    """Mount a file system of that size; skips the test where that is not allowed.

    Args:
        folder: made for it.
        size: as ``mount`` takes it.
        lazy: unmount it though some of its files may still be open.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        pytest.skip(f"a small disk cannot be mounted: {error}")
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        options = ["--lazy"] if lazy else []
        subprocess.run(["umount", *options, str(folder)], check=True)


class SmallDisk:
    """A file system of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def free(self) -> int:
        """Bytes that are left."""
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def fill(self, leave: int = 0) -> None:
        """Leave about so many bytes."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while self.free() > leave:
                    file.write(bytes(min(4096, self.free() - leave)))
            except OSError:
                return

    def make_room(self) -> None:
        """Remove what filled it."""
        self._filler.unlink()
