"""Jobs that were really recorded, once; a state folder to report from, one to import into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.reports import write_report
from aibro.store import Store
from tests.reports.support import add_recorded_job

SECRET = "hunter2-in-the-environment"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def recorded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with a job that completed and one that failed, made by a kernel's calls."""
    home = tmp_path_factory.mktemp("recorded") / "aibro"
    environment = {
        **os.environ,
        "AIBRO_HOME": str(home),
        "KERAS_BACKEND": "jax",
        "DATABASE_PASSWORD": SECRET,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "no_tensorflow")]),
    }
    subprocess.run(
        [sys.executable, str(Path(__file__).with_name("record.py"))],
        env=environment,
        cwd=home.parent,
        check=True,
    )
    return home


@pytest.fixture
def recorded(recorded_home: Path, tmp_path: Path) -> Iterator[Store]:
    """The store of whoever recorded really."""
    home = tmp_path / "recorded"
    shutil.copytree(recorded_home, home)
    store = Store(home)
    yield store
    store.close()


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Store]:
    """The store of whoever reports."""
    store = Store(tmp_path / "sender")
    yield store
    store.close()


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Store]:
    """The store of whoever imports."""
    store = Store(tmp_path / "receiver")
    yield store
    store.close()


@pytest.fixture
def report(sender: Store, tmp_path: Path) -> Path:
    """A report of a job made of rows."""
    return write_report(sender, add_recorded_job(sender), tmp_path)
