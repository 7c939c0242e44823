"""A state folder of its own for every test, and no process left in it afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs import Home
from tests.ray.cluster import RayCluster
from tests.small_disk import SIZE, SmallDisk, mounted_disk

# The framework that starts fastest, with few threads: several tests run at a time on few cores.
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
"""The files that take longest."""
assert all((TESTS / name).is_file() for name in FIRST)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files begin first, so that no process waits for another at the end."""

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(TESTS).as_posix()
        return FIRST.index(name) if name in FIRST else len(FIRST)

    items.sort(key=place)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A state folder; when the test is over, every process of it has to end."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AIBRO_HOME", str(folder))
    made = Home(folder)
    yield made
    made.end()


def without_tensorflow(patch: pytest.MonkeyPatch) -> None:
    """What `jax_alone` does, for as long as somebody else wants it."""
    patch.setenv("PYTHONPATH", str(Path(__file__).with_name("no_tensorflow")))
    if "tensorflow" not in sys.modules:
        patch.setitem(sys.modules, "tensorflow", None)


@pytest.fixture
def jax_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keras finds no TensorFlow, here and in the processes that are started: they start sooner."""
    without_tensorflow(monkeypatch)


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A file that a held job waits for: ``gate.touch()`` lets it go on."""
    return tmp_path / "gate"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk, mounted."""
    with mounted_disk(tmp_path / "small", str(SIZE), lazy=True) as folder:
        yield SmallDisk(folder)


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[RayCluster]:
    """A Ray cluster of two nodes, up for all tests that leave its nodes alone."""
    with RayCluster() as cluster:
        yield cluster
