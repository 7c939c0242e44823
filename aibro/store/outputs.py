"""What a job's training prints and displays, kept for the cells that follow the job.

The file has one output in each line, as JSON. Its runner writes it; kernels read on from where they
were.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.trainings.events import Output

MAX_BYTES = 16 * 1024 * 1024
"""How large the file of one job may become."""
_FULL = Output(kind="stream", name="stderr", text="\nFurther output is in the job's log only.\n")


class OutputWriter:
    """Appends to the outputs of a job.

    Args:
        path: the file; made with the first output.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_full = False

    def write(self, outputs: list[Output]) -> None:
        """Append outputs. When the file is full, or the disk, they are left out."""
        if self._is_full:
            return
        lines = b"".join(msgspec.json.encode(output) + b"\n" for output in outputs)
        size = self._path.stat().st_size if self._path.is_file() else 0
        if size + len(lines) > MAX_BYTES:
            self._is_full = True
            lines = msgspec.json.encode(_FULL) + b"\n"
        try:
            with self._path.open("ab") as file:
                file.write(lines)
        except OSError:
            self._is_full = True


class OutputReader:
    """Reads the outputs of a job as they come.

    Args:
        path: the file, which may not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def read(self) -> list[Output]:
        """The outputs that came since the last call."""
        try:
            if self._path.stat().st_size == self._position:
                return []
            with self._path.open("rb") as file:
                file.seek(self._position)
                whole, _, _ = file.read().rpartition(b"\n")
        except OSError:  # It is not there yet, or the job was deleted.
            return []
        if not whole:
            return []
        self._position += len(whole) + 1
        return [*_decoded(whole.split(b"\n"))]


def _decoded(lines: list[bytes]) -> Iterator[Output]:
    for line in lines:
        # What a full disk cut off is no loss that should stop anybody.
        with contextlib.suppress(msgspec.MsgspecError):
            yield msgspec.json.decode(line, type=Output)
