"""Engines: how instances are got. `engine` finds one by its name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from aibro.engines.base import Engine

_ENGINES: Mapping[str, tuple[str, str]] = {
    "local": ("aibro.engines.local", "LocalEngine"),
    "ray": ("aibro.engines.ray.engine", "RayEngine"),
}
"""Module and class of each, imported when it is asked for: most people have no cluster."""

CLUSTER_ENGINES = tuple(name for name in _ENGINES if name != "local")
"""Those that a machine in machines.toml can name."""


def engine(name: str) -> Engine:
    """The engine of that name.

    Example:
        ``engine("local").reap(folder, {})``

    Raises:
        LookupError: there is none.
    """
    if name not in _ENGINES:
        raise LookupError(f"There is no engine {name!r}.")
    module, kind = _ENGINES[name]
    made: Engine = getattr(import_module(module), kind)()
    return made
