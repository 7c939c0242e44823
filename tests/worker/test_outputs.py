"""What happens to text that is unusual on its way to the cell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from aibro.trainings.events import Output
from aibro.worker.outputs import MAX_WAITING, showing
from aibro.worker.protocol import Shown


@pytest.fixture
def shown(tmp_path: Path) -> list[Output]:
    """What was printed in the order in which it was sent."""
    found: list[Output] = []

    def send(event: Shown) -> None:
        found.extend(event.outputs)

    with showing(send, tmp_path):
        print("a \udc80 b")
        print("x" * (2 * MAX_WAITING))
        for _ in range(5):
            print("y" * (MAX_WAITING // 2))
        print("end")
        assert sys.stdout.buffer is not None
    return found


def test_all_of_it_gets_there(shown: list[Output], capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(each.text for each in shown if each.name == "stdout")
    assert text.startswith("a \\udc80 b\nxxx")
    assert text.count("x") == 2 * MAX_WAITING
    assert text.count("y") == 5 * (MAX_WAITING // 2)
    assert text.endswith("\nend\n")
    assert max(len(each.text) for each in shown) <= MAX_WAITING
