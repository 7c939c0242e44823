"""Fixtures for all tests: above all a state folder, in which no process may be left afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs import Home
from tests.ray.cluster import RayCluster
from tests.small_disk import SIZE, SmallDisk, mounted_disk

# Use the framework that starts fastest, with one thread: tests run in parallel on few cores.
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("OMP_NUM_THREADS", "1")


TESTS = Path(__file__).parent
FIRST = (
    "test_determinism_table.py",
    "ray/test_losses.py",
    "ray/test_jobs.py",
    "test_wheel.py",
    "test_kills.py",
    "trainings/keras/test_continuation.py",
    "trainings/keras/test_devices.py",
    "replay/test_causes.py",
    "engines/test_contract.py",
    "ray/test_probe.py",
    "test_user_guide.py",
    "replay/test_environments.py",
    "runner/test_preemption_bits.py",
    "ray/test_training.py",
    "ray/test_command.py",
)
"""The test files that take longest."""
assert all((TESTS / name).is_file() for name in FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slowest files first, so that all test processes finish at about the same time."""

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(TESTS).as_posix()
        return FIRST.index(name) if name in FIRST else len(FIRST)

    items.sort(key=place)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A state folder; after the test, all of its processes have to end."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AIBRO_HOME", str(folder))
    made = Home(folder)
    yield made
    made.end()


def without_tensorflow(patch: pytest.MonkeyPatch) -> None:
    """Hide TensorFlow as `jax_alone` does, until ``patch`` is undone."""
    patch.setenv("PYTHONPATH", str(Path(__file__).with_name("no_tensorflow")))
    if "tensorflow" not in sys.modules:
        patch.setitem(sys.modules, "tensorflow", None)


@pytest.fixture
def jax_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide TensorFlow from Keras, here and in child processes, which then start faster."""
    without_tensorflow(monkeypatch)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The path of a file that a job can wait for; ``gate.touch()`` lets the job continue."""
    return tmp_path / "gate"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk, mounted."""
    with mounted_disk(tmp_path / "small", str(SIZE), lazy=True) as folder:
        yield SmallDisk(folder)


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[RayCluster]:
    """A Ray cluster of two nodes, shared by all tests that do not change its nodes."""
    with RayCluster() as cluster:
        yield cluster
