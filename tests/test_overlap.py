"""A real training: its timeline, its overlaps, and its replay bit for bit."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.models import JobStatus, PeriodName, VerdictName
from tests.jobs import Home, until

SAMPLES = 96


class PatientArray:
    """Data that is not read to its end before the framework has begun to come up."""

    shape = (SAMPLES, 4)
    dtype = np.dtype("float32")

    def __init__(self, home: Home) -> None:
        self._home = home

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        until(self._gears_up, "the framework comes up meanwhile")
        return np.random.default_rng(3).normal(size=self.shape).astype("float32")

    def _gears_up(self) -> bool:
        jobs = self._home.store.jobs.active_ids()
        return all(PeriodName.ENV_GEAR_UP in self._home.periods(job_id) for job_id in jobs)


def model() -> Any:
    """A model with chance in it: weights, dropout, the order of the samples."""
    import keras

    made = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(1),
        ]
    )
    made.compile("adam", "mse", metrics=["mae"])
    return made


def test_periods_overlap_are_measured_and_a_replay_repeats_every_bit(
    home: Home, jax_alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    targets = np.ones(SAMPLES, "float32")
    job_id = aibro.Training.offline_fit(
        model(), PatientArray(home), targets, epochs=3, batch_size=16, record=True
    )
    open_periods: set[PeriodName] = set()
    watch = threading.Thread(target=_watch, args=(home, job_id, open_periods))
    watch.start()
    job = aibro.Job.wait(job_id)
    watch.join()
    assert job.status is JobStatus.COMPLETED
    home.check_pairs(job_id)

    periods = home.periods(job_id)
    assert set(periods) == set(PeriodName) - {PeriodName.REQUEST_LAUNCH}
    interval = {}
    for name, (start, end) in periods.items():
        assert end is not None, name
        assert job.ended_at is not None
        assert start <= end <= job.ended_at, name
        interval[name] = (start, end)

    def before(first: PeriodName, second: PeriodName) -> bool:
        return interval[first][1] <= interval[second][0]

    # The framework comes up while the kernel still serializes.
    gear_up, sent = interval[PeriodName.ENV_GEAR_UP], interval[PeriodName.SERIALIZATION]
    assert gear_up[0] < sent[1]
    # The instance starts while the kernel serializes.
    assert interval[PeriodName.INSTANCE_CONNECT][0] < sent[1]
    order = [
        (PeriodName.JOB_CREATE, PeriodName.INSTANCE_CONNECT),
        (PeriodName.INSTANCE_CONNECT, PeriodName.SERVER_SETUP),
        (PeriodName.SERVER_SETUP, PeriodName.ENV_GEAR_UP),
        (PeriodName.SERIALIZATION, PeriodName.TRANSFER),
        (PeriodName.TRANSFER, PeriodName.DESERIALIZATION),
        (PeriodName.ENV_GEAR_UP, PeriodName.DESERIALIZATION),
        (PeriodName.DESERIALIZATION, PeriodName.MODEL_TRAINING),
        (PeriodName.MODEL_TRAINING, PeriodName.RESULT_SERIALIZATION),
        (PeriodName.RESULT_SERIALIZATION, PeriodName.RESULT_TRANSFER),
    ]
    assert [pair for pair in order if not before(*pair)] == []
    # While they last they are open: the chart grows.
    assert {PeriodName.ENV_GEAR_UP, PeriodName.MODEL_TRAINING} <= open_periods

    verdict = aibro.Job.replay_job(job_id, "the same?", None, None)
    assert verdict.verdict is VerdictName.IDENTICAL, verdict
    assert verdict.differences == []


def _watch(home: Home, job_id: str, found: set[PeriodName]) -> None:
    while home.get(job_id).ended_at is None:
        found |= {name for name, (_, end) in home.periods(job_id).items() if end is None}
    home.store.close()
