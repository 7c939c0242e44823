"""Rebuilds the user's layers and models from the arguments that Keras saved.

When Keras loads a layer, it passes ``trainable`` and ``dtype`` to the constructor. Many layers in
notebooks have a constructor like ``def __init__(self, units)``, which accepts neither. Such a layer
can be saved but not loaded; `tolerant` makes it loadable.

For a subclassed model without ``get_config``, Keras saves the defaults of the constructor's
arguments instead of the arguments. This cannot be repaired, so `forgotten_arguments` detects it
before a wrong model is trained.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Iterator
from typing import Any

from aibro.trainings.keras.model.code import CustomObjects, is_keras_own

_ADDED_BY_KERAS = ("name", "trainable", "dtype")


@contextlib.contextmanager
def tolerant(objects: CustomObjects) -> Iterator[None]:
    """Drop arguments that a constructor does not accept, while the block loads a model."""
    mended: list[Any] = [
        item for item in objects.values() if isinstance(item, type) and _needs_mending(item)
    ]
    try:
        for kind in mended:
            kind.from_config = classmethod(_from_config)
        yield
    finally:
        for kind in mended:
            del kind.from_config


def forgotten_arguments(layer: Any) -> list[str]:
    """The names of a subclassed model's constructor arguments that Keras does not save.

    Leaves out arguments that were not changed, because nothing is lost with them: those for which
    the attribute of the same name has the default value.
    """
    import keras

    kind = type(layer)
    if (
        not isinstance(layer, keras.Model)
        or is_keras_own(kind)
        or not is_keras_own(kind.get_config)
    ):
        return []
    return [
        name
        for name, parameter in _own_parameters(kind).items()
        if parameter.default is parameter.empty or not _is_default(layer, name, parameter.default)
    ]


def _from_config(kind: Any, config: dict[str, Any]) -> Any:
    import keras

    taken = inspect.signature(kind.__init__).parameters
    added = {k: v for k, v in config.items() if k in _ADDED_BY_KERAS and k not in taken}
    # The class's own from_config is replaced by this function, so call the parent class's.
    layer = super(kind, kind).from_config({k: v for k, v in config.items() if k not in added})
    if "dtype" in added:
        policy = keras.dtype_policies.get(added["dtype"])
        if policy != layer.dtype_policy:
            layer.dtype_policy = policy
    if layer.trainable != added.get("trainable", layer.trainable):
        layer.trainable = added["trainable"]
    layer.name = added.get("name", layer.name)
    return layer


def _needs_mending(kind: Any) -> bool:
    import keras

    parameters = inspect.signature(kind.__init__).parameters.values()
    return (
        issubclass(kind, keras.layers.Layer)
        and is_keras_own(kind.from_config)
        and not any(p.kind is p.VAR_KEYWORD for p in parameters)
    )


def _own_parameters(kind: Any) -> dict[str, inspect.Parameter]:
    return {
        name: parameter
        for name, parameter in list(inspect.signature(kind.__init__).parameters.items())[1:]
        if name not in _ADDED_BY_KERAS
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def _is_default(layer: Any, name: str, default: object) -> bool:
    value = getattr(layer, name, getattr(layer, f"_{name}", inspect.Parameter.empty))
    return type(value) is type(default) and bool(value == default)
