"""How long ``import aibro`` takes, compared with ``import numpy``, in fresh processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.result import Result, at_most_times, result

RUNS = 15
NUMPY = "import numpy"
STATEMENTS = ("import aibro", "from aibro import Training, Job")
_PROGRAM = """
from time import perf_counter
start = perf_counter()
{statement}
print(1000 * (perf_counter() - start))
"""


def measure(folder: Path) -> Iterator[Result]:
    """Measure the import alone, and together with the names that a notebook then uses."""
    runs: dict[str, list[float]] = {statement: [] for statement in (NUMPY, *STATEMENTS)}
    for statement in runs:
        _milliseconds(statement, folder)  # Writes the bytecode and fills the page cache.
    for _ in range(RUNS):
        for statement, times in runs.items():
            times.append(_milliseconds(statement, folder))
    for statement in STATEMENTS:
        yield result(statement, "ms", runs[statement], at_most_times(2), (NUMPY, runs[NUMPY]))


def _milliseconds(statement: str, folder: Path) -> float:
    command = [sys.executable, "-c", _PROGRAM.format(statement=statement)]
    process = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return float(process.stdout)
