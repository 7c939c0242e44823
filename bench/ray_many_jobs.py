"""Many short jobs on four instances of a Ray cluster, compared with plain Ray tasks.

As a program (``python -m bench.ray_many_jobs <file> <jobs>``) it is one of the kernels. A kernel
starts its jobs one after the other, each on the instance that the job before left cooling.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from aibro.home import home_folder
from bench import digits
from bench.ray_bench import DIRECT, PlainRay, close_instances, machines
from bench.result import Result, at_least, at_most_more, result

JOBS = int(os.environ.get("AIBRO_BENCH_JOBS", "1000"))
"""Set it lower for a quick look."""
KERNELS = 4
COOL_S = 600


def measure(folder: Path) -> Iterator[Result]:
    """Run the same number of short trainings from four kernels, and as tasks of one driver."""
    path = folder / "digits.npz"
    digits.save(path)
    with machines(home_folder()) as cluster, PlainRay(cluster, cluster.address) as plain:
        try:
            _jobs(path, KERNELS)  # So that there are four cooling instances.
            ours = _jobs(path, JOBS)
        finally:
            close_instances()
        plain.seconds("fits", KERNELS, str(path))
        bare = plain.seconds("fits", JOBS, str(path))
    note = f"{JOBS} jobs of one epoch on digits, {KERNELS} at a time, on {os.cpu_count()} CPUs"
    yield result(
        "jobs per second through four Ray instances",
        "/s",
        [JOBS / ours],
        at_least(1, "/s"),
        ("the same as plain Ray tasks", [JOBS / bare]),
        note=note,
    )
    yield result(
        "time of a slot for each of these jobs",
        "s",
        [ours * KERNELS / JOBS],
        at_most_more(1, "s"),
        ("for each of the tasks", [bare * KERNELS / JOBS]),
        note=note,
    )


def _jobs(path: Path, jobs: int) -> float:
    """Return the seconds that four kernels take for the jobs, without the kernels' own start."""
    command = [sys.executable, "-m", "bench.ray_many_jobs", str(path), str(jobs // KERNELS)]
    kernels = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(KERNELS)
    ]
    try:
        return _train(kernels)
    finally:
        # If this is interrupted, the kernels would go on starting jobs.
        for kernel in kernels:
            kernel.kill()
            kernel.wait()


def _train(kernels: list[subprocess.Popen[bytes]]) -> float:
    for kernel in kernels:
        assert kernel.stdout is not None
        kernel.stdout.readline()
    start = time.perf_counter()
    for kernel in kernels:
        assert kernel.stdin is not None
        kernel.stdin.close()
        kernel.stdin = None
    for kernel in kernels:
        kernel.communicate()
        if kernel.returncode != 0:
            raise RuntimeError("a job has failed")
    return time.perf_counter() - start


def _kernel(path: Path, jobs: int) -> None:
    import keras

    data = digits.load(path)
    digits.build()
    print("ready", flush=True)
    sys.stdin.read()
    for _ in range(jobs):
        keras.utils.clear_session()
        digits.online_fit(
            digits.build(), data, epochs=1, machine_ids=[DIRECT], cool_down_period_s=COOL_S
        )


if __name__ == "__main__":
    _kernel(Path(sys.argv[1]), int(sys.argv[2]))
