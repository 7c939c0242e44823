"""A job's files on the node, given out piece by piece as they are finished."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from aibro.engines.ray.messages import Parcel

PIECE_BYTES = 32 << 20
"""Of one answer; a large checkpoint comes in several."""
FOLDERS = ("checkpoints", "logs", "states")
_GROWING = "tfevents"
"""In the name of TensorBoard's files, which are only ever appended to."""


class Outbox:
    """What one job leaves on the node.

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
        """The folder of that name, one of `FOLDERS`."""
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

    def collect(self) -> list[Parcel]:
        """Pieces of finished files that were not given out yet; empty when there are none."""
        # What was given out whole has arrived by now: the node does not need it any more.
        for path in self._done:
            path.unlink(missing_ok=True)
        self._done.clear()
        parcels: list[Parcel] = []
        room = PIECE_BYTES
        for path in self._finished():
            parcel = self._piece(path, room)
            if parcel is None:
                continue
            parcels.append(parcel)
            room -= len(parcel.data)
            if room <= 0:
                break
        return parcels

    def _piece(self, path: Path, room: int) -> Parcel | None:
        name = str(path.relative_to(self.folder))
        offset = self._given.get(name, 0)
        grows = _GROWING in path.name
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if offset >= size and (grows or name in self._given):
                return None
            file.seek(offset)
            data = file.read(room)
        self._given[name] = offset + len(data)
        last = offset + len(data) >= size
        if last and not grows:
            self._done.append(path)
        return Parcel(path=name, offset=offset, data=data, grows=grows, last=last)

    def _finished(self) -> Iterator[Path]:
        for folder in FOLDERS:
            with contextlib.suppress(FileNotFoundError):
                for path in sorted(self.place(folder).rglob("*")):
                    # What is being written has a name of its own; see `aibro.payloads.atomic`.
                    if path.is_file() and not path.name.startswith(".tmp-"):
                        yield path
