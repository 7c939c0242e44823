"""The file beside a checkpoint: what a training needs besides its weights to go on exactly.

Reading one runs no code and needs no framework; only the callbacks inside are pickled.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import msgspec

from aibro.errors import BadInput
from aibro.payloads.atomic import replacing

VERSION = 1


class NumpyState(msgspec.Struct, frozen=True, array_like=True):
    """Where NumPy's global generator (Mersenne Twister) is."""

    key: bytes
    """624 numbers of 32 bits, little-endian."""
    position: int
    has_gauss: int
    gauss: float


class PythonState(msgspec.Struct, frozen=True, array_like=True):
    """Where Python's ``random`` is: what ``random.getstate`` returns."""

    version: int
    internal: tuple[int, ...]
    gauss: float | None


class EpochState(msgspec.Struct, frozen=True, kw_only=True):
    """What a ``.keras`` checkpoint leaves out, as it is when an epoch has ended."""

    version: int = VERSION
    epoch: int
    """From 1."""
    not_restorable: str | None
    """Why a training cannot go on exactly from here, as a sentence; ``None`` when it can."""
    random_states: list[list[int]]
    """Of the model's own generators: dropout and the like."""
    keras_generator: list[int] | None
    """Of Keras's global generator, if it exists."""
    numpy: NumpyState | None
    python: PythonState
    callbacks: bytes | None
    """The attributes of the user's callbacks, pickled; ``None`` without callbacks."""


class _Header(msgspec.Struct):
    version: int
    not_restorable: str | None = None


def write_state(path: Path, state: EpochState) -> None:
    """Write a state, complete or not at all.

    Raises:
        DiskFull: no space is left.
    """
    with replacing(path, f"the state {path.name} of the training") as temp:
        temp.write_bytes(msgspec.msgpack.encode(state))


def read_state(path: Path) -> EpochState:
    """Read a state; runs nothing that is in it.

    Raises:
        BadInput: it can't be read, is damaged, or was written by a newer AIbro.
    """
    try:
        data = path.read_bytes()
        version = msgspec.msgpack.decode(data, type=_Header).version
        if version <= VERSION:
            return msgspec.msgpack.decode(data, type=EpochState)
    except OSError as error:
        raise BadInput(f"The saved state {path} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise BadInput(
            f"The saved state {path} is damaged ({error}). Begin at another epoch."
        ) from error
    raise BadInput(
        f"The saved state {path} was written by a newer AIbro. Update AIbro to begin there."
    )


def read_obstacle(path: Path) -> str | None:
    """Why a training cannot go on exactly from a state; ``None`` when it can.

    Reads next to nothing of it, however large its callbacks are.

    Raises:
        BadInput: see `read_state`.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            header = msgspec.msgpack.decode(data, type=_Header)
    except (OSError, ValueError) as error:
        raise BadInput(f"The saved state {path} cannot be read ({error}).") from error
    if header.version > VERSION:
        return "The saved state was written by a newer AIbro. Update AIbro to begin there."
    return header.not_restorable
