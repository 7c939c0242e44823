"""Entry: ``python -m bench [figure ...]``.

Prints each result as a JSON line as soon as it is measured, keeps the lines in ``bench/results``,
and ends with a table. This is not a test: a missed aim is only shown. The exit status is 1 only if
a benchmark could not be measured.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec

from aibro.locks import owner_is_dead
from aibro.runner_process import RUNNER_LOCK
from aibro.store import Store
from aibro.store.job_listing import MAX_PAGE
from bench import (
    big_panel,
    charts,
    cold_job,
    cooling_job,
    drawing,
    hand_over,
    import_time,
    live_panel,
    live_updates,
    long_log,
    machine,
    output_size,
    ray_hand_over,
    ray_job,
    ray_many_jobs,
    recording,
    startup_javascript,
)
from bench.result import Result
from bench.table import table

FIGURES: dict[str, Callable[[Path], Iterator[Result]]] = {
    "cold-job": cold_job.measure,
    "cooling-job": cooling_job.measure,
    "hand-over": hand_over.measure,
    "live-panel": live_panel.measure,
    "live-updates": live_updates.measure,
    "startup-javascript": startup_javascript.measure,
    "output-size": output_size.measure,
    "big-panel": big_panel.measure,
    "charts": charts.measure,
    "drawing": drawing.measure,
    "long-log": long_log.measure,
    "recording": recording.measure,
    "import-time": import_time.measure,
    "ray-job": ray_job.measure,
    "ray-hand-over": ray_hand_over.measure,
    "ray-many-jobs": ray_many_jobs.measure,
}
RESULTS = Path(__file__).parent / "results"
# Not the system's temporary folder, which may be in memory: the hand-over must write to a disk.
DISK = "/var/tmp"
RUNNERS_S = 60


def main() -> int:
    """Run the named benchmarks, or all of them; return the exit status."""
    parser = argparse.ArgumentParser(prog="npm run bench --")
    parser.add_argument("figure", nargs="*", help=f"{', '.join(FIGURES)}; all unless named")
    names = parser.parse_args().figure
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        parser.error(f"there is no figure {', '.join(unknown)}; choose from {', '.join(FIGURES)}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / time.strftime("%Y%m%dT%H%M%SZ.jsonl", time.gmtime())
    results: list[Result] = []
    failed: list[str] = []
    with path.open("w", encoding="utf-8") as file:
        _print({"machine": machine.facts()}, file)
        for name in names or FIGURES:
            try:
                results += _measure(name, file)
            except Exception:  # noqa: BLE001 - the other benchmarks can still run
                traceback.print_exc()
                failed.append(name)
    print(f"\n{table(results)}")
    if failed:
        print(f"\nnot measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(name: str, file: TextIO) -> Iterator[Result]:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="aibro-bench-", dir=DISK) as folder:
        os.environ["AIBRO_HOME"] = f"{folder}/aibro"
        try:
            for result in FIGURES[name](Path(folder)):
                _print(result, file)
                yield result
        finally:
            _wait_for_runners()


def _wait_for_runners() -> None:
    """Wait until all runners have ended: they still use the folder, which is deleted next."""
    store = Store()
    jobs = store.jobs.page(limit=MAX_PAGE).jobs
    locks = [store.job_folder(job.job_id) / RUNNER_LOCK for job in jobs]
    deadline = time.monotonic() + RUNNERS_S
    while not all(map(owner_is_dead, locks)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"a runner still works {RUNNERS_S} s after the last job")
        time.sleep(0.1)
    store.close()


def _print(line: object, file: TextIO) -> None:
    text = msgspec.json.encode(line).decode()
    print(text, flush=True)
    print(text, file=file, flush=True)


if __name__ == "__main__":
    sys.exit(main())
