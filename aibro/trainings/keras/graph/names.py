"""What users call the parts of a model, for errors."""

from __future__ import annotations

from typing import Any


def name_of(item: Any) -> str | None:
    """What users call a part of a model."""
    import keras

    if isinstance(item, keras.Layer) and not isinstance(item, keras.Model):
        return f"layer {item.name!r} ({type(item).__name__})"
    if isinstance(item, keras.optimizers.Optimizer):
        return "the optimizer"
    return None
