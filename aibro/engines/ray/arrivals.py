"""A job's files as they arrive from its node, each at the place that the user named."""

from __future__ import annotations

from pathlib import Path

from aibro.engines.ray.messages import Parcel
from aibro.errors import BadFolder, DiskFull
from aibro.payloads.atomic import disk_is_full, remove_stale_temps, temp_beside
from aibro.trainings.plan import decode_plan


class Arrivals:
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
        for name, folder in (
            ("checkpoints", plan.checkpoint_folder),
            ("logs", plan.log_folder),
            ("states", plan.state_folder),
        ):
            if folder is not None:
                self._places[name] = Path(folder)
        for place in self._places.values():
            if place.is_dir():
                remove_stale_temps(place)

    def log(self, text: bytes) -> None:
        """Append what was printed."""
        with self._log.open("ab") as file:
            file.write(text)

    def take(self, parcel: Parcel) -> None:
        """Write a piece of a file; a file that does not grow is there whole or not at all.

        Raises:
            BadFolder: it cannot be written.
            DiskFull: no space is left; names the file.
        """
        kind, _, name = parcel.path.partition("/")
        final = self._places[kind] / name
        if not final.resolve().is_relative_to(self._places[kind].resolve()):
            raise BadFolder(f"The node sent a file to {parcel.path!r}, which is nowhere here.")
        try:
            final.parent.mkdir(parents=True, exist_ok=True)
            if parcel.grows:
                _write(final, parcel)
                return
            temp = self._temps.setdefault(parcel.path, temp_beside(final))
            _write(temp, parcel)
            if parcel.last:
                temp.replace(final)
                del self._temps[parcel.path]
        except OSError as error:
            if parcel.path in self._temps:
                self._temps.pop(parcel.path).unlink(missing_ok=True)
            if disk_is_full(error):
                raise DiskFull(str(final)) from error
            raise BadFolder(
                f"{final} cannot be written: {error.strerror or error}. Choose another folder."
            ) from error


def _write(path: Path, parcel: Parcel) -> None:
    with path.open("r+b" if path.exists() else "wb") as file:
        file.seek(parcel.offset)
        file.write(parcel.data)
