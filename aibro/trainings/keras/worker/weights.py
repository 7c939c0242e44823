"""A digest of a model's weights, to tell whether two models are equal bit for bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xxhash

if TYPE_CHECKING:
    import numpy as np


def hash_weights(model: Any) -> str:
    """The XXH3-128 digest of all variables of a model and its optimizer, in order, as hex digits.

    Data types and shapes count, too.
    """
    import numpy as np

    optimizer = model.optimizer.variables if model.optimizer is not None else []
    digest = xxhash.xxh3_128()
    for variable in [*model.variables, *optimizer]:
        value = np.ascontiguousarray(_in_place(variable.value))
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(value.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _in_place(value: Any) -> np.ndarray[Any, Any]:
    """The tensor's memory without a copy where possible; copying costs as much as hashing it."""
    import numpy as np
    from keras import ops

    # TensorFlow wraps a variable's tensor once more.
    tensor = value.read_value() if hasattr(value, "read_value") else value
    try:
        return np.asarray(memoryview(tensor))
    except (BufferError, TypeError, ValueError):  # It is on a GPU, or of a type Python lacks.
        copy: np.ndarray[Any, Any] = ops.convert_to_numpy(tensor)
        return copy
