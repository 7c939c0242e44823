"""A job with nothing started yet, compared with a bare process that trains the same."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import digits
from bench.result import Result, at_most_more, result

RUNS = 5
ROOT = Path(__file__).parents[1]


def measure(folder: Path) -> Iterator[Result]:
    """Alternate jobs (from call to trained model) and bare processes (from start to end)."""
    path = folder / "digits.npz"
    digits.save(path)
    data = digits.load(path)
    # Import Keras before the call, as in a notebook that has just built its model.
    _bare(path)
    digits.build()
    jobs: list[float] = []
    processes: list[float] = []
    for _ in range(RUNS):
        processes.append(_bare(path))
        jobs.append(_job(data))
    yield result(
        "cold job",
        "s",
        jobs,
        at_most_more(1.0, "s"),
        ("bare process: import Keras, build, fit", processes),
        note="from the call to the trained model, beside the process from its start to its end",
    )


def _bare(path: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bench.digits", str(path)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _job(data: dict[str, object]) -> float:
    model = digits.build()
    start = time.perf_counter()
    digits.online_fit(model, data)
    return time.perf_counter() - start
