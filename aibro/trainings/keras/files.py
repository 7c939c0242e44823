"""The files that a Keras training writes: their names, and whether one is undamaged."""

from __future__ import annotations

import zipfile
from pathlib import Path

MODEL_FILE = "model.keras"
"""The trained model, in the folder of a result of a model that was not sent as a graph."""
CHANGES_FILE = "changes.graph"
"""What the training changed in the graph that was sent, in the folder of a result."""
HISTORY_FILE = "history.msgpack"
"""The ``History`` of the training, beside the trained model."""
EARLIER_FILE = "earlier.msgpack"
"""The epochs of earlier attempts, in the folder of a result."""


def checkpoint_file(folder: Path, epoch: int) -> Path:
    """The path of an epoch's checkpoint in a folder of checkpoints; epochs count from 1.

    >>> checkpoint_file(Path("checkpoints"), 3).name
    'epoch-0003.keras'
    """
    return folder / f"epoch-{epoch:04}.keras"


def state_file(folder: Path, epoch: int) -> Path:
    """The path of the state after an epoch in a folder of states; epochs count from 1."""
    return folder / f"epoch-{epoch:04}.state"


def is_whole(checkpoint: Path) -> bool:
    """Whether a ``.keras`` file is complete and undamaged, by the checksums inside."""
    try:
        with zipfile.ZipFile(checkpoint) as file:
            return file.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False
