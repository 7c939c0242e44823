"""State files: what a checkpoint leaves out, but a training needs to be continued bit for bit.

There is one per epoch. Reading it does not run code and does not need a framework. Only the
attributes of callbacks in it are a pickle, which stays unread here.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import msgspec

from aibro.errors import BadInput
from aibro.payloads.atomic import replacing

VERSION = 2


class NumpyState(msgspec.Struct, frozen=True, array_like=True):
    """The state of NumPy's global random generator, a Mersenne Twister."""

    key: bytes
    """624 numbers of 32 bits, little-endian."""
    position: int
    has_gauss: int
    gauss: float


class PythonState(msgspec.Struct, frozen=True, array_like=True):
    """The state of Python's ``random``, as ``random.getstate`` returns it."""

    version: int
    internal: tuple[int, ...]
    gauss: float | None


class EpochState(msgspec.Struct, frozen=True, kw_only=True):
    """What a ``.keras`` checkpoint leaves out, as it was at the end of an epoch."""

    version: int = VERSION
    epoch: int
    """From 1."""
    not_restorable: str | None
    """Why a training cannot be continued bit for bit from here, as a sentence; ``None`` when it
    can."""
    random_states: list[list[int]]
    """The states of the model's own random generators, such as those of dropout layers."""
    keras_generator: list[int] | None
    """The state of Keras's global random generator, if it exists."""
    numpy: NumpyState | None
    python: PythonState
    callbacks: bytes | None
    """The attributes of the user's callbacks, pickled; ``None`` without callbacks."""
    shuffles: list[int] | None = None
    """The state of the generator that shuffles the data on TensorFlow, if there is one."""
    changes: list[bytes] | None = None
    """What changed in the training's graph since it was loaded, as a pickle and its buffers. It
    has all that is above, and what no checkpoint and no callback has. Only for those who trust it,
    and where the graph can be loaded."""


class _Header(msgspec.Struct):
    version: int
    not_restorable: str | None = None


def write_state(path: Path, state: EpochState) -> None:
    """Write a state, completely or not at all.

    Raises:
        DiskFull: no space is left.
    """
    with replacing(path, f"the state {path.name} of the training") as temp:
        temp.write_bytes(msgspec.msgpack.encode(state))


def read_state(path: Path) -> EpochState:
    """Read a state without running any code in it.

    Raises:
        BadInput: the file can't be read, is damaged, or was written by a newer AIbro.
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
    """Why a training cannot be continued bit for bit from a state; ``None`` when it can.

    Maps the file and decodes only its header fields, so large callbacks do not slow it down.

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
