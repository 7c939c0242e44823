"""A job on a cooling instance, compared with ``model.fit`` in the kernel."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from aibro import Job
from aibro.store import Store
from bench import digits
from bench.result import Result, at_most_more, result

RUNS = 9
COOL_S = 600


def measure(folder: Path) -> Iterator[Result]:
    """Alternate jobs and fits of fresh models, after one of each as a warm-up."""
    path = folder / "digits.npz"
    digits.save(path)
    data = digits.load(path)
    _fit(data)
    first, _ = _job(data)
    instance_id = Job.status(first).instance_id
    assert instance_id is not None
    jobs: list[float] = []
    fits: list[float] = []
    try:
        for _ in range(RUNS):
            fits.append(_fit(data))
            job_id, seconds = _job(data)
            if Job.status(job_id).instance_id != instance_id:
                raise RuntimeError("a job did not get the cooling instance")
            jobs.append(seconds)
    finally:
        Store().instances.request_close(instance_id)
    yield result(
        "job on a cooling instance",
        "s",
        jobs,
        at_most_more(0.3, "s"),
        ("model.fit in the kernel", fits),
        note="one of each before, not counted; a fresh model and a cleared session for each",
    )


def _fit(data: dict[str, object]) -> float:
    model = _fresh_model()
    start = time.perf_counter()
    with digits.quiet():
        digits.fit(model, data)
    return time.perf_counter() - start


def _job(data: dict[str, object]) -> tuple[str, float]:
    model = _fresh_model()
    start = time.perf_counter()
    job_id = digits.online_fit(model, data, cool_down_period_s=COOL_S)
    return job_id, time.perf_counter() - start


def _fresh_model() -> object:
    import keras

    # A worker clears its session after each job, so the kernel does the same here.
    keras.utils.clear_session()
    return digits.build()
