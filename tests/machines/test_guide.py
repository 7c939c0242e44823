"""The page on machines is true: its file is right, and it tells of every entry."""

from __future__ import annotations

import re
from pathlib import Path

from aibro.machines.entries import entries_of
from aibro.machines.known import known_machines
from aibro.models import Market

from .support import describe

PAGE = Path(__file__).parents[2] / "docs" / "user-guide" / "machines.md"


def test_the_file_of_the_guide_is_right(tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    describe(tmp_path, text)
    _, spot, on_demand = known_machines(tmp_path)
    assert (spot.machine_id, spot.market, spot.capacity) == ("gpu.l4", Market.SPOT, 4)
    assert (on_demand.machine_id, on_demand.market) == ("gpu.l4.od", Market.ON_DEMAND)


def test_the_guide_tells_of_every_entry() -> None:
    rows = re.findall(r"^\| `(\w+)` +\| (yes|no) ", PAGE.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {
        name: "yes" if entry.example else "no" for name, entry in entries_of("ray").items()
    }
