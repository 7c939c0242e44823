"""Engines: how instances are got. `engine` finds one by its name."""

from __future__ import annotations

from aibro.engines.base import Engine
from aibro.engines.local import LocalEngine


def engine(name: str) -> Engine:
    """The engine of that name.

    Raises:
        LookupError: there is none.
    """
    if name == LocalEngine.name:
        return LocalEngine()
    if name == "ray":
        # Most people have no cluster.
        from aibro.engines.ray.engine import RayEngine

        return RayEngine()
    raise LookupError(f"There is no engine {name!r}.")
