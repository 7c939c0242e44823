"""What a notebook's output gets to see."""

from __future__ import annotations

import sys


def show(bundle: dict[str, object]) -> None:
    """Display a MIME bundle in a notebook; print its text elsewhere."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display(bundle, raw=True)
    else:
        # In a notebook its empty lines hold the chart's place; here they hold nothing.
        print(str(bundle["text/plain"]).rstrip())
