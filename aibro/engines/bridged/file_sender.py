"""A job's files on the node, given out piece by piece as they are finished."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from aibro.engines.bridged.messages import JOB_FOLDERS, FilePiece

PIECE_BYTES = 32 << 20
"""Of one answer; a large checkpoint comes in several."""
_GROWING = "tfevents"
"""In the name of TensorBoard's files, which are only ever appended to."""


class FileSender:
    """Gives out what one job leaves on the node.

    Args:
        folder: made anew.
    """

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        self.folder = folder
        self.log = folder / "log.txt"
        self.result = folder / "result"
        self._given: dict[str, int] = {}
        self._log_given = 0
        self._done: list[Path] = []

    def place(self, name: str) -> Path:
        """The folder of that name, one of `JOB_FOLDERS`."""
        return self.folder / name

    def new_log(self, limit: int) -> bytes:
        """What was printed since the last time, ``limit`` bytes at most."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._log_given)
                text = file.read(limit)
        except FileNotFoundError:
            return b""
        self._log_given += len(text)
        return text

    def collect(self) -> list[FilePiece]:
        """Pieces of finished files that were not given out yet; empty when there are none."""
        # What was given out whole has arrived by now: the node does not need it any more.
        for path in self._done:
            path.unlink(missing_ok=True)
        self._done.clear()
        pieces: list[FilePiece] = []
        left = PIECE_BYTES
        for path in self._finished():
            piece = self._piece(path, left)
            if piece is None:
                continue
            pieces.append(piece)
            left -= len(piece.data)
            if left <= 0:
                break
        return pieces

    def _piece(self, path: Path, limit: int) -> FilePiece | None:
        name = str(path.relative_to(self.folder))
        offset = self._given.get(name, 0)
        grows = _GROWING in path.name
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if offset >= size and (grows or name in self._given):
                return None
            file.seek(offset)
            data = file.read(limit)
        self._given[name] = offset + len(data)
        last = offset + len(data) >= size
        if last and not grows:
            self._done.append(path)
        return FilePiece(path=name, offset=offset, data=data, grows=grows, last=last)

    def _finished(self) -> Iterator[Path]:
        for folder in JOB_FOLDERS:
            with contextlib.suppress(FileNotFoundError):
                for path in sorted(self.place(folder).rglob("*")):
                    # What is being written has a name of its own; see `aibro.payloads.atomic`.
                    if path.is_file() and not path.name.startswith(".tmp-"):
                        yield path
