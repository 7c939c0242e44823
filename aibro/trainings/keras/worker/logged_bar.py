"""Keras's progress bar, for the log."""

from __future__ import annotations

from typing import Any

from keras.callbacks import ProgbarLogger

from aibro.trainings.log_only import log_only


class LoggedProgressBar(ProgbarLogger):  # type: ignore[misc]
    """Prints what Keras's own progress bar prints; the cell shows the job's card instead."""

    # As for Keras's own, which is not asked: its batch hook may run beside the training.
    async_safe = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Begin the epoch's bar."""
        with log_only():
            super().on_epoch_begin(epoch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar."""
        with log_only():
            super().on_train_batch_end(batch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """End the epoch's bar."""
        with log_only():
            super().on_epoch_end(epoch, logs)
