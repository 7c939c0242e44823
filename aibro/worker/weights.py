"""A model's weights as one digest: equal exactly when every bit is."""

from __future__ import annotations

from typing import Any

import xxhash


def hash_weights(model: Any) -> str:
    """XXH3-128 of every variable of the model and of its optimizer, in their order."""
    import numpy as np
    from keras import ops

    optimizer = model.optimizer.variables if model.optimizer is not None else []
    digest = xxhash.xxh3_128()
    for variable in [*model.variables, *optimizer]:
        value = np.ascontiguousarray(ops.convert_to_numpy(variable.value))
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(value.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
