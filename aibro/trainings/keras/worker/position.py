"""Tracks the running epoch and batch, to say where a failure happened."""

from __future__ import annotations

import math
from typing import Any

from keras.callbacks import Callback

from aibro.trainings.events import Failure


class Position(Callback):
    """The running epoch and batch; runs before all other callbacks.

    Attributes:
        epoch: from 1; 0 before and after the training.
        batch: from 1; 0 when none is running. Keras may report the end of a batch late, but never
            its beginning. So a batch counts as running until the next one begins or the epoch's
            batches are over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0
        self.batch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """An epoch begins; no batch is running yet."""
        del logs
        self.epoch, self.batch = epoch + 1, 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A batch begins."""
        del logs
        self.batch = batch + 1

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Validation begins, so the epoch's batches are over."""
        del logs
        self.batch = 0

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """The epoch's batches are over."""
        del epoch, logs
        self.batch = 0

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """The training is over."""
        del logs
        self.epoch = self.batch = 0


class LossWatch(Callback):
    """Notices that ``TerminateOnNaN`` stopped the training; runs after the user's callbacks.

    Args:
        position: the running epoch.

    Attributes:
        issue: describes the stop; ``None`` if there was none.
    """

    def __init__(self, position: Position) -> None:
        super().__init__()
        self._position = position
        self.issue: Failure | None = None

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Check whether the training was just stopped because the loss is not finite."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss) and self.model.stop_training:
            self.issue = Failure(
                exception="TerminateOnNaN",
                message=f"The loss became {float(loss)}.",
                place="",
                epoch=self._position.epoch,
                batch=batch + 1,
            )
