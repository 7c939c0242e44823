"""What happens when code on an instance displays something with IPython."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

CODE = """
import builtins, sys
from pathlib import Path
import msgspec
from aibro.worker.outputs import MAX_OUTPUT, showing

shown = []
with showing(lambda event: shown.extend(event.outputs), Path(sys.argv[1])):
    assert "IPython" not in sys.modules
    print("before")
    display({"text/plain": "first"}, raw=True)
    from IPython.display import HTML, clear_output
    handle = display(HTML("<b>second</b>"), display_id="here")
    handle.update(HTML("<b>third</b>"))
    widget = "application/vnd.jupyter.widget-view+json"
    display({"text/plain": "a slider", widget: {"model_id": "1"}}, raw=True)
    clear_output()
    display({"text/html": "x" * (MAX_OUTPUT + 1)}, raw=True)
    print("after")
assert not hasattr(builtins, "display")
with showing(lambda event: shown.extend(event.outputs), Path(sys.argv[1])):
    display({"text/plain": "of the next job"}, raw=True)
sys.stdout.buffer.write(msgspec.json.encode([
    (each.kind, each.name, each.text, msgspec.json.decode(each.content or b"{}")) for each in shown
]))
"""


def test_it_is_passed_on_as_a_kernel_would(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)], check=True, capture_output=True
    )
    printed, _, found = done.stdout.partition(b"[[")
    assert printed == b"before\nafter\n"
    kinds = [tuple(each) for each in msgspec.json.decode(b"[[" + found)]
    first, second, third, slider, following = (each[3] for each in kinds if "display" in each[0])
    assert first["data"] == {"text/plain": "first"}
    assert second["data"]["text/html"] == "<b>second</b>"
    assert second["transient"] == third["transient"] == {"display_id": "here"}
    assert third["data"]["text/html"] == "<b>third</b>"
    assert slider["data"] == {"text/plain": "a slider"}
    assert following["data"] == {"text/plain": "of the next job"}
    assert [each[0] for each in kinds] == [
        "stream",
        "display_data",
        "display_data",
        "update_display_data",
        "display_data",
        "clear_output",
        "stream",
        "stream",
        "display_data",
    ]
    words: Any = [each[1:3] for each in kinds if each[0] == "stream"]
    assert words[1] == ("stderr", "An output of 8 MB is not shown here.\n")
