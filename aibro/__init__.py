"""AIbro: train Keras models off the notebook's kernel, watch, chart and replay the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aibro._version import __version__

if TYPE_CHECKING:
    from aibro.kernel.comm import Comm
    from aibro.kernel.job import Job
    from aibro.kernel.training import Training

__all__ = ["Comm", "Job", "Training", "__version__"]


def __getattr__(name: str) -> Any:
    """Import what a notebook calls when it is first called: ``import aibro`` costs nothing."""
    modules = {"Comm": "comm", "Job": "job", "Training": "training"}
    if name not in modules:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"aibro.kernel.{modules[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Complete the names that are imported late."""
    return sorted(__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the built front end."""
    return [{"src": "labextension", "dest": "jupyterlab-aibro"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter Server finds AIbro's part of it."""
    from aibro.server.extension import AibroExtension

    return [{"module": "aibro.server.extension", "app": AibroExtension}]
