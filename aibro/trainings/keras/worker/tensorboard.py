"""Writes TensorBoard logs on every back end; the files are complete after every epoch.

Keras's own callback imports TensorFlow, whatever the back end is. So does TensorBoard's own writer
if TensorFlow is installed; it also keeps events in memory for two minutes and writes them from a
thread. So this module writes to the file directly: an epoch's records in one write, unbuffered.
"""

from __future__ import annotations

import io
import os
import socket
import time
from pathlib import Path
from typing import Any

from keras.callbacks import Callback

from aibro.errors import BadFolder, DiskFull
from aibro.payloads.atomic import disk_is_full


class EventFile:
    """An event file that TensorBoard can read at any moment.

    Args:
        folder: created if it does not exist; the file in it gets a unique name.
        first_step: the first step in it. What earlier files in the folder have from there on is
            out of date, and readers leave it out: a job that was restarted logged it before.

    Raises:
        BadFolder: the folder or the file can't be written.
        DiskFull: no space is left; the file then ends with the last complete record.
    """

    def __init__(self, folder: Path, first_step: int = 0) -> None:
        from tensorboard.compat.proto.event_pb2 import Event, SessionLog

        now = time.time()
        name = f"events.out.tfevents.{int(now):010}.{socket.gethostname()}.{os.getpid()}"
        self.path = _unused(folder / name)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = io.FileIO(self.path, "ab")
        except OSError as error:
            raise _cannot_write(self.path, error) from error
        # TensorBoard's server drops old steps when it sees them again. Its reader in Python, which
        # many tools use, only does so when it is told.
        begins = SessionLog(status=SessionLog.START)
        self._append(
            [
                Event(wall_time=now, file_version="brain.Event:2"),
                Event(wall_time=now, step=first_step, session_log=begins),
            ]
        )

    def add_scalars(self, scalars: dict[str, float], step: int) -> None:
        """Append one event per scalar, all in one write.

        Args:
            scalars: values by their TensorBoard tags.
            step: the step they belong to, such as the epoch's number.

        Raises:
            BadFolder: the file can't be written.
            DiskFull: no space is left.
        """
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        now = time.time()
        self._append(
            Event(
                wall_time=now,
                step=step,
                summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]),
            )
            for tag, value in scalars.items()
        )

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, events: Any) -> None:
        from tensorboard.summary.writer.record_writer import RecordWriter

        records = io.BytesIO()
        writer = RecordWriter(records)
        for event in events:
            writer.write(event.SerializeToString())
        whole = os.fstat(self._file.fileno()).st_size
        try:
            data = records.getvalue()
            if self._file.write(data) != len(data):
                raise DiskFull(f"the log {self.path}")
        except OSError as error:
            os.truncate(self._file.fileno(), whole)
            if disk_is_full(error):
                raise DiskFull(f"the log {self.path}") from error
            raise _cannot_write(self.path, error) from error


class EpochLogs(Callback):
    """Logs the same per epoch as Keras's own callback, into ``train/`` and ``validation/``.

    Args:
        folder: the folder that gets these two.
        first_epoch: the epoch that the training begins with, from 0.
    """

    def __init__(self, folder: Path, first_epoch: int = 0) -> None:
        super().__init__()
        self._folder = folder
        self._first_epoch = first_epoch
        self._files: dict[str, EventFile] = {}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the file. If that fails, it fails before any time is spent on training."""
        del logs
        self._file("train")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the epoch's metrics."""
        scalars = {k: float(v) for k, v in (logs or {}).items() if _is_scalar(v)}
        train = {k: v for k, v in scalars.items() if not k.startswith("val_")}
        train.update(self._learning_rate())
        validation = {k[4:]: v for k, v in scalars.items() if k.startswith("val_")}
        for name, values in (("train", train), ("validation", validation)):
            if values:
                tags = {f"epoch_{key}": value for key, value in values.items()}
                self._file(name).add_scalars(tags, step=epoch)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the files."""
        del logs
        for file in self._files.values():
            file.close()

    def _file(self, name: str) -> EventFile:
        if name not in self._files:
            self._files[name] = EventFile(self._folder / name, self._first_epoch)
        return self._files[name]

    def _learning_rate(self) -> dict[str, float]:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        rate = getattr(optimizer, "learning_rate", None)
        return {} if rate is None else {"learning_rate": float(rate)}


def _is_scalar(value: Any) -> bool:
    return getattr(value, "ndim", 0) == 0 and not isinstance(value, list | tuple | dict)


def _unused(path: Path) -> Path:
    count = 0
    candidate = path
    while candidate.exists():
        count += 1
        candidate = path.with_name(f"{path.name}.{count}")
    return candidate


def _cannot_write(path: Path, error: OSError) -> Exception:
    reason = error.strerror or str(error)
    return BadFolder(
        f"The log {path} cannot be written: {reason}. Choose another folder.",
        "directory_to_save_log",
    )
