"""What happens to text that is unusual on its way to the cell."""

from __future__ import annotations

import subprocess
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


def test_a_copy_of_the_process_sends_nothing(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from aibro.worker.outputs import MAX_WAITING, showing\n"
        "found = []\n"
        "with showing(lambda event: found.extend(event.outputs), Path(sys.argv[1])):\n"
        "    print('mine')\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        print('y' * (2 * MAX_WAITING))\n"
        "        os._exit(len([each for each in found if 'y' in each.text]))\n"
        "    code = os.waitpid(child, 0)[1]\n"
        "assert code == 0\n"
        "assert ''.join(each.text for each in found) == 'mine\\n'\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True)


def test_many_short_lines_cost_little(tmp_path: Path) -> None:
    found: list[Output] = []

    def send(event: Shown) -> None:
        found.extend(event.outputs)

    with showing(send, tmp_path):
        for number in range(100_000):
            print(number)
    assert "".join(each.text for each in found).splitlines()[-1] == "99999"
    assert len(found) < 1000
