"""A job's files, written where the user wants them as they arrive from the node."""

from __future__ import annotations

from pathlib import Path

from aibro.engines.bridged.messages import JOB_FOLDERS, FilePiece
from aibro.errors import BadFolder, DiskFull
from aibro.payloads.atomic import disk_is_full, remove_stale_temps, temp_beside
from aibro.trainings.plan import decode_plan


class FileReceiver:
    """Writes at home what one job left on its node.

    Args:
        log: the file of what the training prints.
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._places: dict[str, Path] = {}
        self._temps: dict[str, Path] = {}

    def expect(self, text: bytes) -> None:
        """Learn from the plan where files go.

        Raises:
            BadFolder: a folder cannot be made.
        """
        plan = decode_plan(text)
        for name, field in JOB_FOLDERS.items():
            if (folder := getattr(plan, field)) is not None:
                self._places[name] = Path(folder)
        for place in self._places.values():
            if place.is_dir():
                remove_stale_temps(place)

    def log(self, text: bytes) -> None:
        """Append what was printed."""
        with self._log.open("ab") as file:
            file.write(text)

    def take(self, piece: FilePiece) -> None:
        """Write a piece of a file; a file that does not grow is there whole or not at all.

        Raises:
            BadFolder: it cannot be written.
            DiskFull: no space is left; names the file.
        """
        kind, _, name = piece.path.partition("/")
        final = self._places[kind] / name
        if not final.resolve().is_relative_to(self._places[kind].resolve()):
            raise BadFolder(f"The node sent a file to {piece.path!r}, which is nowhere here.")
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            if piece.grows:
                _write(final, piece)
                return
            temp = self._temps.setdefault(piece.path, temp_beside(final))
            _write(temp, piece)
            if piece.last:
                temp.replace(final)
                del self._temps[piece.path]
        except OSError as error:
            if piece.path in self._temps:
                self._temps.pop(piece.path).unlink(missing_ok=True)
            if disk_is_full(error):
                raise DiskFull(str(final)) from error
            raise BadFolder(
                f"{final} cannot be written: {error.strerror or error}. Choose another folder."
            ) from error


def _write(path: Path, piece: FilePiece) -> None:
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(piece.offset)
        file.write(piece.data)
