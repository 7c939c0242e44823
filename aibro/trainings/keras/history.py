"""Stores the ``History`` of a training, with the exact bits of its metrics."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from aibro.payloads.atomic import replacing

if TYPE_CHECKING:
    import numpy as np

_ARRAY = 1


class TrainingHistory(msgspec.Struct, frozen=True, kw_only=True):
    """What a Keras ``History`` holds after ``fit``."""

    history: dict[str, list[Any]]
    """For each metric, its value in each epoch."""
    epoch: list[int]
    """Keras's numbers of the epochs, from 0."""
    params: dict[str, Any]
    """What ``fit`` was called with, as Keras tells its callbacks."""


def history_of(history: Any) -> TrainingHistory:
    """What is kept of Keras's ``History``."""
    return TrainingHistory(history=history.history, epoch=history.epoch, params=history.params)


def write_history(path: Path, history: TrainingHistory) -> None:
    """Write a history to a file, completely or not at all.

    Raises:
        DiskFull: no space is left.
    """
    with replacing(path, "the result") as temp:
        temp.write_bytes(msgspec.msgpack.encode(history, enc_hook=_encode))


def read_history(path: Path) -> TrainingHistory:
    """Read a history that ``write_history`` wrote."""
    return msgspec.msgpack.decode(path.read_bytes(), type=TrainingHistory, ext_hook=_decode)


class EarlierEpochs(msgspec.Struct, frozen=True):
    """The epochs of a training that ended before its last attempt began."""

    began: int
    """How many epochs had ended before the first of them."""
    metrics: list[dict[str, float]]
    """The metrics of each, in order."""


def write_earlier(path: Path, earlier: EarlierEpochs) -> None:
    """Write earlier epochs to a file, completely or not at all.

    Raises:
        DiskFull: no space is left.
    """
    with replacing(path, "the result") as temp:
        temp.write_bytes(msgspec.msgpack.encode(earlier))


def read_earlier(path: Path) -> EarlierEpochs:
    """Read what ``write_earlier`` wrote."""
    return msgspec.msgpack.decode(path.read_bytes(), type=EarlierEpochs)


def add_earlier(history: Any, earlier: EarlierEpochs) -> None:
    """Insert earlier epochs at the beginning of a ``History``, or of what is kept of one.

    Does nothing when they are there: a training that is restored from its graph has them.
    """
    if history.epoch and history.epoch[0] <= earlier.began:
        return
    numbers = range(earlier.began, earlier.began + len(earlier.metrics))
    history.epoch[:0] = numbers
    for name, values in history.history.items():
        values[:0] = [_value(metrics, name, values[0]) for metrics in earlier.metrics]


def _value(metrics: Mapping[str, float], name: str, like: Any) -> Any:
    """An epoch's metric in the form Keras had it: with the type and shape of ``like``.

    ``like`` is the same metric in a later epoch.
    """
    import numpy as np

    if not isinstance(like, np.ndarray | np.generic):
        return metrics.get(name, math.nan)
    names = [name] if like.ndim == 0 else [f"{name}[{i}]" for i in range(like.size)]
    values = np.array([metrics.get(each, math.nan) for each in names], like.dtype)
    return values.reshape(like.shape)[()]


def _encode(value: Any) -> object:
    """Encode arrays (metrics of several values) and NumPy scalars (learning rates)."""
    import numpy as np

    if isinstance(value, np.ndarray | np.generic):
        file = io.BytesIO()
        np.save(file, value, allow_pickle=False)
        return msgspec.msgpack.Ext(_ARRAY, file.getvalue())
    raise NotImplementedError(f"a {type(value).__name__} in the history")


def _decode(code: int, data: memoryview) -> np.ndarray[Any, Any]:
    import numpy as np

    if code != _ARRAY:
        raise ValueError(f"unknown extension {code} in the history")
    array: np.ndarray[Any, Any] = np.load(io.BytesIO(data), allow_pickle=False)
    return array if array.ndim else array[()]
