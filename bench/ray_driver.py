"""The baseline, plain Ray without AIbro: ``python -m bench.ray_driver <address>``.

Runs the command in each line of its input, and answers with the seconds that it took.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import ray

from bench.digits import load


class Driver:
    """One connection to the cluster."""

    def __init__(self) -> None:
        self._array = np.zeros(0, np.float32)
        # On a worker node, like an instance. By default Ray uses the head node: nothing is sent.
        made_remote: Any = ray.remote(num_cpus=0, label_selector={"node": "a"})(_Actor)
        self._actor = made_remote.remote()
        ray.get(self._actor.shape_of.remote(self._array))

    def call(self) -> float:
        """Call an actor method that does nothing."""
        return _timed(lambda: ray.get(self._actor.nothing.remote()))

    def make_array(self, rows: int, columns: int) -> float:
        """Create an array for `put_and_get`."""
        return _timed(lambda: self._make(rows, columns))

    def _make(self, rows: int, columns: int) -> None:
        self._array = np.random.default_rng(1).random((rows, columns), np.float32)

    def put_and_get(self) -> float:
        """Put the array into the object store, and get it on another node."""
        return _timed(lambda: ray.get(self._actor.shape_of.remote(ray.put(self._array))))

    def submit(self, dashboard: str) -> float:
        """Submit an empty job and wait for its end."""
        from ray.job_submission import JobStatus, JobSubmissionClient

        client = JobSubmissionClient(dashboard)

        def empty_job() -> None:
            job = client.submit_job(entrypoint=f"{sys.executable} -c pass")
            while (status := client.get_job_status(job)) is not JobStatus.SUCCEEDED:
                if status.is_terminal():
                    raise RuntimeError(f"the job is {status}")
                time.sleep(0.01)

        return _timed(empty_job)

    def fits(self, jobs: int, path: str) -> float:
        """Train ``jobs`` times, as plain tasks on whatever CPUs are free."""
        task: Any = ray.remote(num_cpus=1)(_fit)
        data = ray.put(load(Path(path)))
        return _timed(lambda: ray.get([task.remote(data) for _ in range(jobs)]))


class _Actor:
    def nothing(self) -> None:
        pass

    def shape_of(self, array: Any) -> list[int]:
        return list(array.shape)


def _fit(data: dict[str, Any]) -> list[Any]:
    import keras

    from bench.digits import build

    keras.utils.clear_session()
    model = build()
    model.fit(**data, batch_size=64, epochs=1, verbose=0)
    weights: list[Any] = model.get_weights()
    return weights


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Run commands until the input ends."""
    # Functions are pickled by reference, so the nodes have to be able to import this module.
    environment = {"KERAS_BACKEND": os.environ.get("KERAS_BACKEND", "tensorflow")}
    ray.init(
        sys.argv[1],
        log_to_driver=False,
        logging_level=logging.ERROR,
        runtime_env={"env_vars": {**environment, "PYTHONPATH": str(Path.cwd())}},
    )
    driver = Driver()
    for line in sys.stdin.buffer:
        what, *arguments = msgspec.json.decode(line)
        seconds = getattr(driver, what)(*arguments)
        print(msgspec.json.encode(seconds).decode(), flush=True)


if __name__ == "__main__":
    main()
