"""The callback that reports the progress of the training."""

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
    """Reports every epoch and, at most ten times a second, ended batches.

    Args:
        tell: called for epochs from the thread of ``fit``, and for batches from any thread.
        hashes: whether to add the weights' digest to every epoch; or a function that decides it for
            each epoch, given Keras's number of the epoch, from 0.
    """

    # With this, Keras runs the batch hook in parallel, and training does not wait for its metrics.
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
        """Begin to count the epoch's batches."""
        del logs
        with self._lock:
            self._epoch, self._batch = epoch + 1, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Report the batch, unless one was reported less than a tenth of a second ago."""
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
        """Report the epoch."""
        hashes = self._hashes(epoch) if callable(self._hashes) else self._hashes
        weights_hash = hash_weights(self.model) if hashes else None
        self._tell(
            EndedEpoch(epoch=epoch + 1, metrics=scalars(logs or {}), weights_hash=weights_hash)
        )


def scalars(logs: dict[str, Any]) -> dict[str, float]:
    """Every number in Keras's logs; a metric that has several values gets one entry for each.

    Callbacks may put anything into the logs. What is no number is only in the ``History``.

    Keras sorts metrics by name. Here the loss comes first, and validation metrics come last.

    >>> scalars({"accuracy": 0.5, "loss": 0.25, "val_loss": 1.0})
    {'loss': 0.25, 'accuracy': 0.5, 'val_loss': 1.0}
    """
    import numpy as np

    found: dict[str, float] = {}
    for name in sorted(logs, key=_place):
        try:
            values = np.asarray(logs[name]).astype(float)
        except (TypeError, ValueError):
            continue
        if values.ndim == 0:
            found[name] = float(values)
        else:
            found |= {f"{name}[{i}]": float(v) for i, v in enumerate(values.reshape(-1))}
    return found


def _place(name: str) -> tuple[bool, bool]:
    return name.startswith("val_"), name.removeprefix("val_") != "loss"
