"""Which jobs can run on a worker that another job has left."""

from __future__ import annotations

import msgspec
import pytest

from aibro.runner.environment_key import environment_key
from aibro.trainings.keras.determinism import thread_variables
from aibro.trainings.variables import THREAD_VARIABLES, usable_cpus
from tests.store.support import SUBMISSION


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*THREAD_VARIABLES, "KERAS_BACKEND", "PYTHONHASHSEED"):
        monkeypatch.delenv(name, raising=False)


def key(
    variables: dict[str, str | None] | None = None,
    *,
    backend: str = "jax",
    deterministic: bool = True,
) -> str:
    variables = variables or {}
    submission = msgspec.structs.replace(SUBMISSION, backend=backend, variables=variables)
    return environment_key(submission, deterministic)


@pytest.mark.parametrize("backend", ["jax", "tensorflow"])
def test_a_replay_fits_the_recorded_jobs_worker(backend: str) -> None:
    recorded = thread_variables(backend, usable_cpus())
    told = {name: recorded.get(name) for name in THREAD_VARIABLES}
    assert key(told, backend=backend) == key(backend=backend)


def test_other_threads_do_not_fit() -> None:
    keys = {
        key(),
        key({"NPROC": "2"}),
        key({"OMP_NUM_THREADS": "2"}),
        key({"XLA_FLAGS": "--xla_mine=1"}),
        key(backend="tensorflow"),
        key(deterministic=False),
        key({"NPROC": "2"}, deterministic=False),
    }
    assert len(keys) == 7


def test_a_variable_that_is_taken_away_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    without = key()
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert key() != without
    assert key({"OMP_NUM_THREADS": None}) == without


def test_the_back_end_of_whoever_starts_the_runner_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without = key()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert key() == without


def test_what_tensorflow_logs_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    without = key(backend="tensorflow")
    # As TensorFlow does where it is imported.
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "1")
    assert key(backend="tensorflow") == without
    assert key({"TF_ENABLE_ONEDNN_OPTS": "0"}, backend="tensorflow") != without
