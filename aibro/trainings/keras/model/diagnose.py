"""Explains why a model cannot be sent, and names the part that prevents it."""

from __future__ import annotations

import json
from typing import Any

from aibro.trainings.keras.model import code


def why_not_saved(model: Any, error: Exception) -> str:
    """Say which part of the model Keras can't store the configuration of.

    Args:
        model: the model.
        error: what Keras raised when it tried to save the model.
    """
    parts = [layer for layer in model._flatten_layers() if layer is not model]
    for part in reversed(parts):  # the innermost first: outer layers fail only because of it
        reason = _why_not_configured(part)
        if reason is not None:
            return (
                f"Layer {part.name!r} ({type(part).__name__}) cannot be saved: {reason}; define "
                "get_config, and from_config if its values need more than __init__."
            )
    for title, part in (("The optimizer", model.optimizer), ("The loss", model.loss)):
        reason = _why_not_configured(part)
        if reason is not None:
            kind = type(part).__name__
            return f"{title} ({kind}) cannot be saved: {reason}; define get_config."
    return f"The model cannot be saved: {first_line(error)}"


def owner(model: Any, item: Any) -> str:
    """The beginning of a sentence about a class or function.

    It names the layer of that class if there is one, and otherwise the class or function.
    """
    for layer in model._flatten_layers():
        if type(layer) is item:
            return f"Layer {layer.name!r} ({item.__name__})"
    kind = "class" if isinstance(item, type) else "function"
    return f"The {kind} {item.__name__!r}"


def first_line(error: BaseException) -> str:
    """The first lines of an error's message, at most three, joined into one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3]).rstrip(".") if lines else type(error).__name__


def _why_not_configured(part: Any) -> str | None:
    from keras import saving

    if part is None or isinstance(part, str):
        return None
    try:
        json.dumps(saving.serialize_keras_object(part))
    except Exception as error:  # noqa: BLE001 - get_config is user code
        return code.what_is_unsendable(part) or first_line(error)
    return None
