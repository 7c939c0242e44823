"""What a notebook's output gets to see."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


def show(bundle: dict[str, object]) -> None:
    """Display a MIME bundle in a notebook; print its text elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(bundle, raw=True)
    else:
        # In a notebook its empty lines hold the chart's place; here they hold nothing.
        print(str(bundle["text/plain"]).rstrip())


def in_notebook() -> bool:
    """Whether a Jupyter kernel runs this: what it displays can be replaced later."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


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
