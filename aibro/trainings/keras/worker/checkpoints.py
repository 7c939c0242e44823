"""Saves a checkpoint after each epoch, completely or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keras.callbacks import Callback

from aibro.errors import BadFolder, DiskFull
from aibro.payloads.atomic import remove_stale_temps, replacing
from aibro.trainings.keras.files import checkpoint_file
from aibro.trainings.keras.model.diagnose import why_not_saved
from aibro.trainings.keras.model.lazily import not_importing_tensorflow
from aibro.trainings.keras.worker.pace import Pace


class EpochCheckpoints(Callback):
    """Saves ``epoch-0001.keras`` and so on, which plain Keras can load.

    Args:
        folder: where to save the checkpoints; created if it does not exist.
        pace: decides which epochs are saved.

    Raises:
        BadFolder: during the training, if the folder can't be written to; names the file.
        DiskFull: during the training, if no space is left; names the file.
    """

    def __init__(self, folder: Path, pace: Pace) -> None:
        super().__init__()
        self._folder = folder
        self._pace = pace
        self._cannot_be_saved = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Create the folder. If that fails, it fails before any time is spent on training."""
        del logs
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_stale_temps(self._folder)
        except OSError as error:
            raise _cannot_write(self._folder, error) from error

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the model as it is after this epoch."""
        del logs
        if self._cannot_be_saved or not self._pace.saves(epoch):
            return
        path = checkpoint_file(self._folder, epoch + 1)
        try:
            with replacing(path, f"the checkpoint {path}") as temp, not_importing_tensorflow():
                self.model.save(temp)
        except DiskFull:
            raise
        except OSError as error:
            raise _cannot_write(path, error) from error
        except Exception as error:  # noqa: BLE001 - Keras asks the user's code for a configuration
            # A training must not fail for a checkpoint that nobody may need.
            self._cannot_be_saved = True
            print(f"No checkpoints: {why_not_saved(self.model, error)}", flush=True)


def _cannot_write(path: Path, error: OSError) -> Exception:
    reason = error.strerror or str(error)
    return BadFolder(
        f"The checkpoint {path} cannot be written: {reason}. Choose another folder.",
        "directory_to_save_ckpt",
    )
