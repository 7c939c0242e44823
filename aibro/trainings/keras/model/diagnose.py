"""Why a model cannot be sent: names the part that is in the way."""

from __future__ import annotations

import json
from typing import Any

from aibro.trainings.keras.model import code


def why_not_saved(model: Any, error: Exception) -> str:
    """Name the part of the model that Keras can't write the configuration of."""
    parts = [layer for layer in model._flatten_layers() if layer is not model]
    for part in reversed(parts):  # the innermost first: those around it fail because of it
        reason = _why_not_configured(part)
        if reason is not None:
            return (
                f"Layer {part.name!r} ({type(part).__name__}) cannot be sent: {reason}; define "
                "get_config, and from_config if its values need more than __init__."
            )
    for title, part in (("The optimizer", model.optimizer), ("The loss", model.loss)):
        reason = _why_not_configured(part)
        if reason is not None:
            kind = type(part).__name__
            return f"{title} ({kind}) cannot be sent: {reason}; define get_config."
    return f"The model cannot be sent: Keras cannot save it: {first_line(error)}"


def owner(model: Any, item: Any) -> str:
    """The layer that a class is of, else the class or function itself, as a sentence begins."""
    for layer in model._flatten_layers():
        if type(layer) is item:
            return f"Layer {layer.name!r} ({item.__name__})"
    kind = "class" if isinstance(item, type) else "function"
    return f"The {kind} {item.__name__!r}"


def first_line(error: BaseException) -> str:
    """The first lines of what an error says, as one."""
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
