"""The files that a Keras training leaves: their names, and whether one is whole."""

from __future__ import annotations

import zipfile
from pathlib import Path

MODEL_FILE = "model.keras"
"""In the folder of a result: the trained model."""
HISTORY_FILE = "history.msgpack"
"""In the folder of a result: the ``History`` of the training."""


def checkpoint_file(folder: Path, epoch: int) -> Path:
    """The checkpoint of an epoch (from 1) in a folder of checkpoints."""
    return folder / f"epoch-{epoch:04}.keras"


def state_file(folder: Path, epoch: int) -> Path:
    """Where the state after an epoch (from 1) lies in a folder of states."""
    return folder / f"epoch-{epoch:04}.state"


def is_whole(checkpoint: Path) -> bool:
    """Whether every byte of a ``.keras`` file is what was written."""
    try:
        with zipfile.ZipFile(checkpoint) as file:
            return file.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False
