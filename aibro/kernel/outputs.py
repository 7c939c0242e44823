"""Shows in the cell what a training prints and displays."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from aibro.display.output import in_notebook
from aibro.trainings.events import Output


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
