"""Shows in the cell what a training prints and displays."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

import msgspec

from aibro.display.output import in_notebook
from aibro.trainings.events import Output

_WARNED: dict[Any, Any] = {}
"""Which warnings were shown, as each module remembers it of its own."""


def show(output: Output) -> bool:
    """Show one output, as if the code that made it ran here.

    Args:
        output: what was printed or displayed.

    Returns:
        Whether it cleared the cell.
    """
    if output.kind == "stream":
        stream = sys.stderr if output.name == "stderr" else sys.stdout
        stream.write(output.text)
        stream.flush()
        return False
    content: dict[str, Any] = msgspec.json.decode(output.content)
    if output.kind == "log":
        _log(content)
        return False
    if output.kind == "warning":
        _warn(content)
        return False
    if not in_notebook():
        if output.kind == "display_data":
            print(content["data"].get("text/plain", ""))
        return False
    from IPython import display

    if output.kind == "clear_output":
        display.clear_output(wait=content["wait"])
        return True
    display.publish_display_data(
        content["data"],
        content["metadata"],
        transient=content["transient"],
        update=output.kind == "update_display_data",
    )
    return False


def _log(content: dict[str, Any]) -> None:
    logger = logging.getLogger(content["name"])
    if not logging.root.handlers and logger is logging.root:
        logging.basicConfig()  # As logging.warning() and its like do.
    if logger.isEnabledFor(content["levelno"]):
        logger.handle(logging.makeLogRecord(content))


def _warn(content: dict[str, Any]) -> None:
    module, _, name = content["category"].partition(":")
    category: Any = getattr(sys.modules.get(module), name, None)
    if not (isinstance(category, type) and issubclass(category, Warning)):
        category = UserWarning
    place = content["filename"], content["lineno"]
    try:
        warnings.warn_explicit(
            content["message"], category, *place, module=_module_of(place[0]), registry=_WARNED
        )
    except Warning as error:
        # The training goes on, so it must not end here either.
        sys.stderr.write(warnings.formatwarning(error, category, *place))


def _module_of(filename: str) -> str:
    """The name of the module in a file. A cell is in a file of its own, and is none."""
    loaded = [*sys.modules.items()]
    found = (name for name, module in loaded if getattr(module, "__file__", None) == filename)
    return next(found, "__main__")
