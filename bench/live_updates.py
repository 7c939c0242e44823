"""The cost of showing 20 running jobs to browser and server, compared with 20 ended jobs.

As a program (``python -m bench.live_updates``) it starts the jobs and prints their ids as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from aibro import Job
from aibro.display.job_card import job_bundle
from aibro.display.timeline import timeline_bundle
from aibro.errors import JobEnded
from aibro.kernel.progress import until_ended
from aibro.models import JobSubstatus
from aibro.store import Store
from bench import lab, notebook
from bench.result import Result, at_most_more, result

JOBS = 20
BATCH_S = 0.1
"""A worker reports batches at most ten times a second, so the jobs change at the maximum rate."""
BATCHES = 100
EPOCHS = 1000
START_S = 300
SETTLE_S = 4
RUNS = 5
RUN_S = 6

UNIT = "% of a core"
SCENES: dict[str, Callable[[Store, str], dict[str, object]] | None] = {
    "in the panel": None,
    "in the panel and their cards": lambda store, job: job_bundle(store.history.card(job)),
    "in the panel and their timelines": lambda store, job: timeline_bundle(
        store.history.timeline(job)
    ),
}
"""What the page shows. Where a function is given, a notebook has that output for each job."""


class Run(NamedTuple):
    """The CPU time that each side used, in percent of a core."""

    browser: float
    server: float


def measure(folder: Path) -> Iterator[Result]:
    """Measure while the jobs train, then with the same jobs after they have ended."""
    (folder / "aibro").mkdir()
    (folder / "aibro" / "settings.toml").write_text(
        f"max_active_jobs = {JOBS}\nmax_active_instances = {JOBS}\n", encoding="utf-8"
    )
    with lab.jupyterlab(folder) as server:
        with _running_jobs() as job_ids:
            running = _look(server, job_ids)
        ended = _look(server, job_ids)
    for scene, runs in running.items():
        browser, serving = (statistics.median(side) for side in zip(*runs, strict=True))
        yield result(
            f"live updates of {JOBS} jobs {scene}",
            UNIT,
            [sum(run) for run in runs],
            at_most_more(5, UNIT),
            ("the same jobs, ended", [sum(run) for run in ended[scene]]),
            note=f"processor time: browser {browser:.1f} %, server {serving:.1f} %",
        )


@contextmanager
def _running_jobs() -> Iterator[Sequence[str]]:
    """Start real jobs, each with its own processes; cancel them at the end."""
    store = Store()
    # JAX, because there are 20 workers to start and it starts with a third of the work.
    started = subprocess.run(
        [sys.executable, "-m", "bench.live_updates"],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        stdout=subprocess.PIPE,
        check=True,
    )
    job_ids: list[str] = json.loads(started.stdout.splitlines()[-1])
    try:
        _wait_until_all_train(store, job_ids)
        yield job_ids
    finally:
        for job_id in job_ids:
            with suppress(JobEnded):  # It ended by itself; _wait_until_all_train reports that.
                Job.cancel(job_id)
        for job_id in job_ids:
            for _ in until_ended(store, job_id):
                pass
        store.close()


def _wait_until_all_train(store: Store, job_ids: Sequence[str]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        jobs = [store.jobs.get(job_id) for job_id in job_ids]
        if all(job.substatus is JobSubstatus.TRAINING and job.batch for job in jobs):
            return
        ended = next((job for job in jobs if job.ended_at is not None), None)
        if ended or time.monotonic() > deadline:
            raise RuntimeError(f"not all jobs train: {ended or jobs}")
        time.sleep(0.2)


def _look(server: lab.Lab, job_ids: Sequence[str]) -> dict[str, list[Run]]:
    store = Store()
    runs: dict[str, list[Run]] = {}
    for scene, bundle in SCENES.items():
        arguments = []
        if bundle:
            path = server.notebooks / "jobs.ipynb"
            notebook.save(path, [[bundle(store, job_id)] for job_id in job_ids])
            arguments = [path.name]
        with lab.script("live-updates.mjs", server.url, *arguments) as script:
            assert script.stdout is not None
            script.stdout.readline()  # Wait until the page shows the jobs.
            browser = psutil.Process(script.pid).children(recursive=True)
            time.sleep(SETTLE_S)
            runs[scene] = [_run(browser, server.process) for _ in range(RUNS)]
            lab.output(script)
    store.close()
    return runs


def _run(browser: Sequence[psutil.Process], server: psutil.Process) -> Run:
    start = time.monotonic()
    before = _used(browser), _used([server])
    time.sleep(RUN_S)
    after = _used(browser), _used([server])
    seconds = time.monotonic() - start
    return Run(*(100 * (b - a) / seconds for a, b in zip(before, after, strict=True)))


def _used(processes: Sequence[psutil.Process]) -> float:
    """Return the CPU seconds that the processes have used so far, in user and system mode."""
    times = [process.cpu_times() for process in processes]
    return sum(float(each.user + each.system) for each in times)


def _start() -> list[str]:
    """Start jobs that train for longer than the measurements take."""
    import keras
    import numpy as np

    from aibro import Training

    class Slow(keras.callbacks.Callback):
        """Makes each batch slow, so that many jobs can train on few cores."""

        def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            del batch, logs
            time.sleep(BATCH_S)

    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((BATCHES, 8), np.float32), np.ones((BATCHES, 1), np.float32)
    return [
        Training.offline_fit(
            model,
            x,
            y,
            epochs=EPOCHS,
            description=f"digits, try {number}",
            fit_kwargs={"callbacks": [Slow()]},
        )
        for number in range(1, JOBS + 1)
    ]


if __name__ == "__main__":
    print(json.dumps(_start()))
