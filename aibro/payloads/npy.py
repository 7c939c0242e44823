"""An array as the bytes of a ``.npy`` file, block by block: a big one is never copied whole."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aibro.payloads.arrays import Array

# Blocks are hashed in parallel and written one after the other; 8 MiB keeps both threads busy
# and the copy of a block that is not contiguous small.
BLOCK_BYTES = 8 << 20


def npy_header(array: Array) -> bytes:
    """What a ``.npy`` file has before an array's bytes in C order."""
    from numpy.lib import format as npy

    header = BytesIO()
    npy.write_array_header_1_0(
        header,
        {
            "descr": npy.dtype_to_descr(array.dtype),
            "fortran_order": False,
            "shape": array.shape,
        },
    )
    return header.getvalue()


def npy_blocks(array: Array) -> Iterator[memoryview]:
    """The array's bytes in C order, block by block; the same blocks for every memory layout."""
    import numpy as np

    step = max(1, BLOCK_BYTES // max(1, array.itemsize))
    pieces: Iterator[Array]
    if array.flags.c_contiguous:
        flat = array.reshape(-1)
        pieces = (flat[start : start + step] for start in range(0, array.size, step))
    else:
        pieces = _contiguous_pieces(array, step)
    return (piece.view(np.uint8).data for piece in pieces)


def _contiguous_pieces(array: Array, step: int) -> Iterator[Array]:
    """Copies of ``step`` elements each, so that a big array is never copied whole."""
    import numpy as np

    piece, filled = np.empty(step, array.dtype), 0
    flags: list[Any] = ["external_loop", "buffered", "zerosize_ok"]
    chunks: Iterator[Any] = np.nditer(array, flags=flags, order="C", buffersize=step)
    for chunk in chunks:  # of about `step` elements: nditer rounds to whole rows
        rest = chunk
        while rest.size:
            taken = min(step - filled, rest.size)
            piece[filled : filled + taken] = rest[:taken]
            rest, filled = rest[taken:], filled + taken
            if filled == step:
                yield piece
                piece, filled = np.empty(step, array.dtype), 0
    if filled:
        yield piece[:filled]
