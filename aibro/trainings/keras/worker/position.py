"""Where in the training something happens: for a failure's place, and for a loss that is lost."""

from __future__ import annotations

import math
from typing import Any

from keras.callbacks import Callback

from aibro.trainings.events import Failure


class Position(Callback):
    """The epoch and the batch that are under way; runs before all other callbacks.

    Attributes:
        epoch: from 1; 0 before and after the training.
        batch: from 1; 0 when none is under way. Keras may tell of an ended batch late, but not of
            one that begins: the batch counts as under way until the epoch's last is over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch = 0
        self.batch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """An epoch is under way, but no batch yet."""
        del logs
        self.epoch, self.batch = epoch + 1, 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """A batch is under way."""
        del logs
        self.batch = batch + 1

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """The epoch's batches are over."""
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
    """Notices that ``TerminateOnNaN`` ended the training; runs after the user's callbacks.

    Args:
        position: where the training is.
    """

    def __init__(self, position: Position) -> None:
        super().__init__()
        self._position = position
        self.issue: Failure | None = None

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look whether a loss that is no number has just ended the training."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss) and self.model.stop_training:
            self.issue = Failure(
                exception="TerminateOnNaN",
                message=f"The loss became {float(loss)}.",
                place="",
                epoch=self._position.epoch,
                batch=batch + 1,
            )
