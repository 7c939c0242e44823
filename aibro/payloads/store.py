"""The folder of payloads: files named by the digest of their content, each stored once.

A name is ``<XXH3-128 of the content>-<bytes>.<kind>``. With the size in the name, two questions are
answered by listing the folder: whether an array can be there already (if no stored array has its
size, it is hashed and written in one pass), and whether a file is complete after a power cut.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from aibro import locks
from aibro.errors import BadInput
from aibro.payloads.atomic import remove_stale_temps, replacing, temporary, write_all
from aibro.payloads.npy import npy_blocks, npy_header

if TYPE_CHECKING:
    from aibro.payloads.arrays import Array

WHAT = "the training data"

_NAME = re.compile(r"[0-9a-f]{32}-(?P<size>\d{1,15})\.(?P<kind>[a-z0-9]{1,16})")
_HASH_THREADS = 2
_DISMISSED = 0.0
"""Time of last use that marks a payload as dismissed: the beginning of time."""


class PayloadStore:
    """Content-addressed files in one folder, shared by any number of processes.

    Args:
        folder: created with mode 0700 when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.on_stored: Callable[[int], None] | None = None
        """Called with the bytes of every block of an array that is stored, or was there already."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add_array(self, array: Array) -> str:
        """Store an array as ``.npy`` (C order, native byte order) and return its name.

        Raises:
            DiskFull: no space is left; nothing is left behind.
        """
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        header = npy_header(array)
        size = len(header) + array.nbytes
        if self._has_size(size, "npy"):
            name = _name(_digest(header, npy_blocks(array)), size, "npy")
            if self._touch(name):
                self._tell(array.nbytes)
                return name
        return self._write_array(header, array, size)

    def add_bytes(self, data: bytes | memoryview, kind: str) -> str:
        """Store bytes and return the payload's name.

        Raises:
            DiskFull: no space is left; nothing is left behind.
        """
        name = _name(xxhash.xxh3_128_hexdigest(data), len(data), kind)
        if not self._touch(name):
            with replacing(self.path(name), WHAT) as temp, _create(temp) as file:
                write_all(file, data)
        return name

    def add_file(self, path: Path, kind: str, digest: str | None = None) -> str:
        """Move a finished file in and return its name; ``path`` is gone afterwards.

        Args:
            path: the file; best made by ``temporary``, where moving it costs nothing.
            kind: the ending of the name.
            digest: 32 hexadecimal digits that stand for the content, where not every byte
                of the file matters; the digest of all bytes unless given.

        Raises:
            DiskFull: no space is left; ``path`` is untouched then.
        """
        if digest is None:
            digest = _file_digest(path)
        stored = self._with_digest(digest, kind)
        if stored is not None and self._touch(stored):
            path.unlink()
            return stored
        name = _name(digest, path.stat().st_size, kind)
        with replacing(self.path(name), WHAT) as temp:
            shutil.move(path, temp)
            temp.chmod(0o600)
        return name

    def add_copy(self, path: Path) -> str:
        """Copy a finished file in, under its own ending, and return its name.

        Raises:
            FileNotFoundError: it is gone.
            DiskFull: no space is left.
        """
        with self.temporary(path.suffix) as temp:
            shutil.copyfile(path, temp)
            return self.add_file(temp, path.suffix.removeprefix("."))

    def temporary(self, ending: str) -> AbstractContextManager[Path]:
        """A path in this store's folder for a file that ``add_file`` will move in.

        It is gone after the block. No space left in the block raises ``DiskFull``.
        """
        return temporary(self.folder / f"new{ending}", WHAT)

    def path(self, name: str) -> Path:
        """Where the payload of that name is or would be.

        Raises:
            BadInput: ``name`` is not the name of a payload.
        """
        _parse(name)
        return self.folder / name

    def size(self, name: str) -> int:
        """Bytes of the payload of that name, there or not."""
        return int(_parse(name)["size"])

    def is_whole(self, name: str) -> bool:
        """Whether the payload is there, with as many bytes as its name says."""
        try:
            return self.path(name).stat().st_size == self.size(name)
        except FileNotFoundError:
            return False

    def in_use(self) -> AbstractContextManager[None]:
        """Keep payloads from being removed during the block.

        Whoever stores payloads, or finds them stored, holds it until a job names them.
        """
        return locks.shared(self.folder)

    def alone(self, within_s: float = 0) -> AbstractContextManager[bool]:
        """Yield whether the block has the store for itself, so that payloads can be removed."""
        return locks.alone(self.folder, within_s)

    def dismiss(self, names: Iterable[str]) -> None:
        """Mark payloads to be removed as soon as nobody needs them, however much room there is.

        Storing the same content again takes the mark away.
        """
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.utime(self.path(name), (_DISMISSED, _DISMISSED))

    def collect(
        self, needed: Callable[[], set[str]], max_bytes: float, min_age_s: float = 3600
    ) -> int:
        """Make room: remove what nobody needs, least recently used first. Call it within `alone`.

        Temporary files of processes that are gone are always removed, and so is what was
        dismissed.

        Args:
            needed: gives the names that are needed; called only when something would be removed.
            max_bytes: stop when all payloads together take no more than this.
            min_age_s: never remove a payload used within that many seconds.

        Returns:
            The bytes freed.
        """
        freed = remove_stale_temps(self.folder)
        paths = [path for path in self.folder.iterdir() if _NAME.fullmatch(path.name)]
        used = sorted((path.stat().st_mtime, path.name) for path in paths)
        total = sum(self.size(name) for _, name in used)
        now = time.time()
        keep: set[str] | None = None
        for mtime, name in used:
            if mtime != _DISMISSED and (total <= max_bytes or now - mtime < min_age_s):
                break
            keep = needed() if keep is None else keep
            if name not in keep and self._evict(name, mtime):
                total -= self.size(name)
                freed += self.size(name)
        return freed

    def _tell(self, stored: int) -> None:
        if self.on_stored is not None:
            self.on_stored(stored)

    def _evict(self, name: str, mtime: float) -> bool:
        path = self.folder / name
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime == mtime:  # else: used since the look at the folder
                path.unlink()
                return True
        return False

    def _has_size(self, size: int, kind: str) -> bool:
        ending = f"-{size}.{kind}"
        return any(path.name.endswith(ending) for path in self.folder.iterdir())

    def _with_digest(self, digest: str, kind: str) -> str | None:
        names = (path.name for path in self.folder.iterdir())
        return next((n for n in names if n.startswith(digest) and n.endswith(f".{kind}")), None)

    def _touch(self, name: str) -> bool:
        """Mark the payload as used now; False when it is not there, or not whole."""
        with contextlib.suppress(FileNotFoundError):
            os.utime(self.path(name))
        return self.is_whole(name)

    def _write_array(self, header: bytes, array: Array, size: int) -> str:
        """Hash and write in one pass: the name is known when the last block is hashed."""
        with self.temporary(".npy") as temp:
            with _create(temp) as file, ThreadPoolExecutor(1) as pool:
                write_all(file, header)
                hashes: list[Future[bytes]] = []
                for block in npy_blocks(array):
                    hashes.append(pool.submit(xxhash.xxh3_128_digest, block))
                    write_all(file, block)
                    self._tell(block.nbytes)
            name = _name(_combine(header, hashes), size, "npy")
            temp.replace(self.folder / name)
        return name


def names_in(text: str) -> set[str]:
    """The payloads that a text names, such as a training plan of any version of AIbro."""
    return {match[0] for match in _NAME.finditer(text)}


def _name(digest: str, size: int, kind: str) -> str:
    return f"{digest}-{size}.{kind}"


def _parse(name: str) -> re.Match[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise BadInput(f"{name!r} is not the name of a payload.")
    return match


def _digest(header: bytes, blocks: Iterable[memoryview]) -> str:
    with ThreadPoolExecutor(_HASH_THREADS) as pool:
        return _combine(header, [pool.submit(xxhash.xxh3_128_digest, b) for b in blocks])


def _combine(header: bytes, blocks: Iterable[Future[bytes]]) -> str:
    """The digest of the blocks' digests, so that blocks can be hashed in parallel."""
    whole = xxhash.xxh3_128(header)
    for block in blocks:
        whole.update(block.result())
    return whole.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, xxhash.xxh3_128).hexdigest()


def _create(path: Path) -> FileIO:
    return FileIO(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
