"""1 GB of training data handed over to the worker, compared with ``np.save`` to the same disk.

As a program (``python -m bench.hand_over <folder>``) it is the worker: it maps the arrays whose
names it reads from standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np

from aibro.payloads.data import load_tree, store_tree
from aibro.payloads.store import PayloadStore
from bench.result import Result, at_least_speed, result

SHAPE = (250_000, 1000)
RUNS = 5

Array = np.ndarray[Any, Any]


def measure(folder: Path) -> Iterator[Result]:
    """Alternate the ways. Each run starts with an empty folder and no pending disk writes."""
    array = np.random.default_rng(0).random(SHAPE, np.float32)
    saves: list[float] = []
    new: list[float] = []
    unchanged: list[float] = []
    changed: list[float] = []
    with _worker(folder) as hand_over:
        for run in range(RUNS):
            saves.append(_timed(lambda: np.save(folder / "saved.npy", array)))
            (folder / "saved.npy").unlink()
            new.append(_timed(lambda: hand_over(array)))
            unchanged.append(_timed(lambda: hand_over(array)))
            array[run, run] += 1
            changed.append(_timed(lambda: hand_over(array)))
            for payload in folder.glob("*-*.npy"):
                payload.unlink()
    baseline = ("np.save to the same disk", saves)
    aim = at_least_speed(0.8)
    yield result("hand-over of 1 GB to a worker", "s", new, aim, baseline)
    yield result("hand-over, one number of it changed", "s", changed, aim, baseline)
    yield result("hand-over, unchanged", "s", unchanged, at_least_speed(5), baseline)


def _timed(action: Callable[[], None]) -> float:
    # Flush earlier writes first, or their disk time would count as part of this measurement.
    os.sync()
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


@contextmanager
def _worker(folder: Path) -> Iterator[Callable[[Array], None]]:
    """Yield a function that stores an array and returns when another process has mapped it."""
    payloads = PayloadStore(folder)
    command = [sys.executable, "-m", "bench.hand_over", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        to_worker, from_worker = process.stdin, process.stdout
        from_worker.readline()

        def hand_over(array: Array) -> None:
            tree = store_tree(payloads, "train_X", array)
            to_worker.write(msgspec.json.encode(tree) + b"\n")
            to_worker.flush()
            if msgspec.json.decode(from_worker.readline()) != list(array.shape):
                raise RuntimeError("the worker did not map the array")

        yield hand_over
        to_worker.close()


def _map(folder: Path, trees: IO[bytes]) -> None:
    payloads = PayloadStore(folder)
    print("ready", flush=True)
    for line in trees:
        array = load_tree(payloads.path, msgspec.json.decode(line))
        assert isinstance(array, np.ndarray)
        print(list(array.shape), flush=True)


if __name__ == "__main__":
    _map(Path(sys.argv[1]), sys.stdin.buffer)
