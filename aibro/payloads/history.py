"""A training's ``History``, kept bit for bit."""

from __future__ import annotations

import io
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
    epoch: list[int]
    params: dict[str, Any]


def write_history(path: Path, history: TrainingHistory) -> None:
    """Write it, complete or not at all.

    Raises:
        DiskFull: no space is left.
    """
    with replacing(path, "the result") as temp:
        temp.write_bytes(msgspec.msgpack.encode(history, enc_hook=_encode))


def read_history(path: Path) -> TrainingHistory:
    """Read what ``write_history`` wrote."""
    return msgspec.msgpack.decode(path.read_bytes(), type=TrainingHistory, ext_hook=_decode)


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
