"""A graph in one file: the pickle and its buffers, which are mapped into memory when it is read.

The file begins with the number of parts and the size of each, as 64-bit numbers (little-endian).
The parts follow, each at a multiple of 64 bytes, because arrays in memory begin at such addresses.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aibro.payloads.atomic import replacing, write_all

_ALIGNMENT = 64


def write_graph(path: Path, data: bytes, buffers: Sequence[Any], what: str) -> None:
    """Write a graph to a file, completely or not at all.

    Args:
        path: the file.
        data: the pickle.
        buffers: its buffers.
        what: the file in words, for the error.

    Raises:
        DiskFull: no space is left.
    """
    parts = [memoryview(data), *(_raw(buffer) for buffer in buffers)]
    sizes = [part.nbytes for part in parts]
    with replacing(path, what) as temp, temp.open("xb", buffering=0) as file:
        write_all(file, struct.pack(f"<{len(sizes) + 1}Q", len(sizes), *sizes))
        for part in parts:
            write_all(file, bytes(-file.tell() % _ALIGNMENT))
            write_all(file, part)


def read_graph(path: Path) -> tuple[bytes, list[memoryview]]:
    """Read what ``write_graph`` wrote; changing a buffer does not change the file."""
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    (count,) = struct.unpack_from("<Q", mapped)
    sizes = struct.unpack_from(f"<{count}Q", mapped, 8)
    parts, position = [], 8 * (count + 1)
    for size in sizes:
        position += -position % _ALIGNMENT
        parts.append(mapped[position : position + size])
        position += size
    return bytes(parts[0]), parts[1:]


def map_file(path: Path) -> memoryview:
    """A file's content; changing it does not change the file."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))


def _raw(buffer: Any) -> memoryview:
    view: memoryview = buffer.raw()
    return view
