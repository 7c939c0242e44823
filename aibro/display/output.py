"""Where output goes: into a notebook's cell, or as text to a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


def display_bundle(bundle: dict[str, object]) -> None:
    """Display a MIME bundle in a notebook; print its text elsewhere.

    Args:
        bundle: the content of each MIME type, ``text/plain`` among them.
    """
    if _shell() is not None:
        from IPython.display import display

        display(bundle, raw=True)
    else:
        # In a notebook its empty lines hold the chart's place; here they hold nothing.
        print(str(bundle["text/plain"]).rstrip())


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel, where an output can be replaced later."""
    return hasattr(_shell(), "kernel")


class LiveOutput:
    """One output of a cell that is replaced whenever there is something new to show."""

    def __init__(self) -> None:
        self._handle: DisplayHandle | None = None

    def put(self, bundle: dict[str, object]) -> None:
        """Show a MIME bundle in place of the one before; works only `in_notebook`."""
        if self._handle is None:
            from IPython.display import display

            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def _shell() -> object | None:
    """IPython's shell; ``None`` in plain Python."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
