"""Replaying a job that was really recorded, asked for over HTTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aibro.models import Job, JobFilter, JobStatus, Recording, Verdict, VerdictName
from aibro.store import Store

from .support import Answer, Api, World, conforms, ended, route_of, until

RECORD = """
import os
os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
import aibro

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
X = np.arange(64, dtype="float32").reshape(16, 4) / 64
Y = X.sum(axis=1)
job_id, _, _ = aibro.Training.online_fit(
    model, X, Y, epochs=2, batch_size=8, validation_data=(X, Y), description="recorded", record=True
)
"""


@pytest.fixture(scope="session")
def recorded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with one recorded job, made by a kernel's own call."""
    home = tmp_path_factory.mktemp("recorded") / "aibro"
    environment = {**os.environ, "AIBRO_HOME": str(home), "JAX_PLATFORMS": "cpu"}
    subprocess.run(
        [sys.executable, "-c", RECORD], env=environment, cwd=home.parent, check=True, timeout=110
    )
    return home


@pytest.fixture
def aibro_home(recorded_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "aibro"
    shutil.copytree(recorded_home, home)
    monkeypatch.setenv("AIBRO_HOME", str(home))
    return home


@pytest.fixture
def recorded(store: Store) -> str:
    (job,) = store.jobs.page(filter_=JobFilter.RECORDED).jobs
    return job.job_id


async def test_replay_saves_into_folders_of_the_server_and_ends_with_a_verdict(
    api: Api, store: Store, recorded: str, jp_root_dir: Path
) -> None:
    answer = await api.get(f"jobs/{recorded}/recording")
    conforms(route_of("GET", "jobs/{job_id}/recording"), answer)
    shown = answer.record(Recording)
    assert (shown.epochs, shown.environment.backend) == (2, "jax")
    (jp_root_dir / "my notebooks").mkdir()
    body = {
        "description": "once more",
        "directory_to_save_ckpt": "my notebooks",
        "directory_to_save_log": "",
        "wait_request_s": 60,
    }
    answer = await api.post(f"jobs/{recorded}/replay", body)
    assert answer.status == 201
    conforms(route_of("POST", "jobs/{job_id}/replay"), answer)
    job = answer.record(Job)
    assert job.job_id != recorded
    assert (job.replay_of, job.description) == (recorded, "once more")
    await until(lambda: ended(store.jobs.get(job.job_id)), "the replay's end", within_s=100)
    done = (await api.get(f"jobs/{job.job_id}")).record(Job)
    assert done.status is JobStatus.COMPLETED, done.reason
    verdict = (await api.get(f"jobs/{job.job_id}/verdict")).record(Verdict)
    assert verdict.verdict is VerdictName.IDENTICAL, verdict.sentence
    checkpoints = jp_root_dir / "my notebooks" / "checkpoints" / job.job_id
    assert sorted(path.name for path in checkpoints.iterdir()) == [
        "epoch-0001.keras",
        "epoch-0002.keras",
    ]
    assert any((jp_root_dir / "logs" / job.job_id / "train").iterdir())


async def refused(api: Api, store: Store, job_id: str, body: object) -> Answer:
    """Ask for a replay that cannot be, and check that it changed nothing."""
    before = store.history.seq()
    answer = await api.post(f"jobs/{job_id}/replay", body)
    assert store.history.seq() == before
    return answer


@pytest.mark.parametrize("field", ["directory_to_save_ckpt", "directory_to_save_log"])
async def test_folder_that_cannot_be_is_refused_beside_its_entry(
    api: Api, store: Store, recorded: str, jp_root_dir: Path, tmp_path: Path, field: str
) -> None:
    (jp_root_dir / "file.txt").write_text("x")
    (jp_root_dir / "out").symlink_to(tmp_path)
    (jp_root_dir / ".hidden").mkdir()
    for path in ("missing", "file.txt", "out", ".hidden", "..", "/", str(tmp_path), "a\\b", "a\0b"):
        error = (await refused(api, store, recorded, {field: path})).error(400)
        assert (error.code, error.field) == ("BadFolder", field), path


async def test_entries_that_cannot_be_are_refused(api: Api, store: Store, recorded: str) -> None:
    for entry, value in (
        ("wait_request_s", -1),
        ("wait_request_s", "soon"),
        ("wait_request_s", None),
        ("description", "x" * 20_000),
        ("description", 5),
        ("directory_to_save_ckpt", 5),
        ("directory_to_save_log", ["a"]),
        ("machine_ids", ["local.od"]),
    ):
        error = (await refused(api, store, recorded, {entry: value})).error(400)
        assert (error.code, error.field) == ("BadInput", entry), value


async def test_job_that_was_not_recorded_cannot_be_replayed(
    api: Api, store: Store, world: World
) -> None:
    error = (await refused(api, store, world.canceled(), {})).error(409)
    assert error.code == "JobNotRecorded"
    assert "record=True" in error.message


async def test_job_that_still_runs_cannot_be_replayed(api: Api, store: Store, world: World) -> None:
    error = (await refused(api, store, world.job(recorded=True), {})).error(409)
    assert error.code == "JobNotEnded"


async def test_recording_whose_files_are_gone_cannot_be_replayed(
    api: Api, store: Store, recorded: str
) -> None:
    shutil.rmtree(store.payload_folder)
    error = (await refused(api, store, recorded, {})).error(409)
    assert error.code == "JobNotRecorded"


def test_the_server_imports_no_framework() -> None:
    code = (
        "import sys, aibro.server.extension; "
        "print([name for name in ('keras', 'tensorflow', 'jax', 'torch') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
