"""The callback that tells how far the training is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from keras.callbacks import Callback

from aibro.trainings.events import BatchEnded, EndedEpoch, TrainingEvent
from aibro.trainings.keras.worker.weights import hash_weights

_INTERVAL_S = 0.1


class Progress(Callback):
    """Tells of every epoch and, ten times a second at most, of batches.

    Args:
        tell: called from the thread of ``fit``, and for batches from any thread.
        hashes: add the weights' digest to every epoch, or to those (Keras's number, from 0) that
            this says.
    """

    # Keras then runs the batch hook beside the training instead of waiting for its metrics.
    async_safe = True

    def __init__(
        self, tell: Callable[[TrainingEvent], None], hashes: bool | Callable[[int], bool]
    ) -> None:
        super().__init__()
        self._tell = tell
        self._hashes = hashes
        self._lock = threading.Lock()
        self._epoch = 0
        self._batch = 0
        self._told_at = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin to count batches."""
        del logs
        with self._lock:
            self._epoch, self._batch = epoch + 1, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell of the batch, unless one was told of a moment ago."""
        now = time.monotonic()
        with self._lock:
            if batch + 1 <= self._batch or now - self._told_at < _INTERVAL_S:
                return
            self._batch, self._told_at = batch + 1, now
            self._tell(
                BatchEnded(
                    epoch=self._epoch,
                    batch=self._batch,
                    batches=self.params.get("steps"),
                    metrics=scalars(logs or {}),
                )
            )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell of the epoch."""
        hashes = self._hashes(epoch) if callable(self._hashes) else self._hashes
        weights_hash = hash_weights(self.model) if hashes else None
        self._tell(
            EndedEpoch(epoch=epoch + 1, metrics=scalars(logs or {}), weights_hash=weights_hash)
        )


def scalars(logs: dict[str, Any]) -> dict[str, float]:
    """Every number in the logs; a metric of several values gives one entry for each.

    Keras sorts them by name; people read the loss first, and the validation after the training.
    """
    import numpy as np

    found: dict[str, float] = {}
    for name in sorted(logs, key=_place):
        value = logs[name]
        values = np.asarray(value)
        if values.ndim == 0:
            found[name] = float(value)
        else:
            found |= {f"{name}[{i}]": float(v) for i, v in enumerate(values.reshape(-1))}
    return found


def _place(name: str) -> tuple[bool, bool]:
    return name.startswith("val_"), name.removeprefix("val_") != "loss"
