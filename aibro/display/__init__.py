"""What a notebook's output gets to see."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


def show(bundle: dict[str, object]) -> None:
    """Display a MIME bundle in a notebook; print its text elsewhere."""
    if _shell() is not None:
        from IPython.display import display

        display(bundle, raw=True)
    else:
        # In a notebook its empty lines hold the chart's place; here they hold nothing.
        print(str(bundle["text/plain"]).rstrip())


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this: what it displays can be replaced later."""
    return hasattr(_shell(), "kernel")


class LiveOutput:
    """One output of a cell, replaced as often as there is something new."""

    def __init__(self) -> None:
        self._handle: DisplayHandle | None = None

    def put(self, bundle: dict[str, object]) -> None:
        """Show a MIME bundle in place of the one before; only `in_notebook`."""
        if self._handle is None:
            from IPython.display import display

            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)


def _shell() -> object | None:
    """IPython's shell, where one runs this."""
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()
