"""Replaying a job that was really recorded, asked for over HTTP."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aibro.models import Job, JobFilter, JobStatus, Recording, Verdict, VerdictName
from aibro.payloads.store import PayloadStore
from aibro.store import Store
from tests.conftest import without_tensorflow

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
    with pytest.MonkeyPatch.context() as patch:
        without_tensorflow(patch)
        environment = {**os.environ, "AIBRO_HOME": str(home), "JAX_PLATFORMS": "cpu"}
        subprocess.run([sys.executable, "-c", RECORD], env=environment, cwd=home.parent, check=True)
    return home


@pytest.fixture
def aibro_home(
    recorded_home: Path, jax_alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
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
    assert not job.default_description
    await until(lambda: ended(store.jobs.get(job.job_id)), "the replay's end")
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
        ("from_epoch", -1),
        ("from_epoch", 2),
        ("from_epoch", 1.5),
        ("from_epoch", None),
        ("trust", "yes"),
    ):
        error = (await refused(api, store, recorded, {entry: value})).error(400)
        assert (error.code, error.field) == ("BadInput", entry), value


async def test_a_middle_that_was_not_saved_is_refused(
    api: Api, store: Store, recorded: str
) -> None:
    answer = await refused(api, store, recorded, {"from_epoch": 1})
    conforms(route_of("POST", "jobs/{job_id}/replay"), answer)
    error = answer.error(409)
    assert error.code == "CannotReplay"
    assert "directory_to_save_ckpt" in error.message


async def test_a_strangers_code_waits_for_the_users_word(
    api: Api, store: Store, recorded: str
) -> None:
    code = PayloadStore(store.payload_folder).add_bytes(b"code", "pkl")
    with store.database.write() as write:
        write.execute(
            "UPDATE jobs SET is_foreign = 1, plan = json_set(plan, '$.spec.model.code', ?, "
            "'$.payloads[#]', ?, '$.holds_code', json('true')) WHERE job_id = ?",
            (code, code, recorded),
        )
    shown = (await api.get(f"jobs/{recorded}/recording")).record(Recording)
    assert (shown.foreign, shown.trusted, shown.custom_code) == (True, False, True)
    answer = await refused(api, store, recorded, {})
    conforms(route_of("POST", "jobs/{job_id}/replay"), answer)
    assert answer.error(403).code == "NotTrusted"
    answer = await api.post(f"jobs/{recorded}/replay", {"trust": True})
    job = answer.record(Job)
    assert (job.replay_of, job.description) == (recorded, "Replay of recorded")
    assert job.default_description
    assert (await api.get(f"jobs/{recorded}/recording")).record(Recording).trusted


async def test_what_is_kept_is_shown_part_by_part(api: Api, recorded: str) -> None:
    shown = (await api.get(f"jobs/{recorded}/recording")).record(Recording)
    arrays = {part.name: (part.dtype, part.shape) for part in shown.parts if part.dtype}
    assert arrays == {
        "train_X": ("float32", [16, 4]),
        "train_Y": ("float32", [16]),
        "validation_data[0]": ("float32", [16, 4]),
        "validation_data[1]": ("float32", [16]),
    }
    assert [part.name for part in shown.parts if part.dtype is None] == ["graph", "model"]
    assert all(part.size_bytes > 0 for part in shown.parts)
    assert (shown.interpreter, shown.problem, shown.differences) == (sys.executable, None, [])
    assert (shown.foreign, shown.trusted, shown.custom_code) == (False, True, False)
    assert shown.start_epochs == []
    assert "directory_to_save_ckpt" in str(shown.no_start_epochs)


async def test_an_array_that_is_damaged_is_told(api: Api, store: Store, recorded: str) -> None:
    for path in store.payload_folder.glob("*.npy"):
        path.write_bytes(bytes(path.stat().st_size))
    error = (await api.get(f"jobs/{recorded}/recording")).error(409)
    assert error.code == "JobNotRecorded"
    assert "train_X cannot be read" in error.message


async def test_a_recording_is_deleted_and_its_space_comes_back(
    api: Api, store: Store, recorded: str
) -> None:
    route = route_of("DELETE", "jobs/{job_id}/recording")
    answer = await api.delete(f"jobs/{recorded}/recording")
    assert answer.status == 204
    conforms(route, answer)
    # The graph stays, because the job's result is loaded with it.
    assert [path.suffix for path in store.payload_folder.iterdir()] == [".graph"]
    assert (await api.get(f"jobs/{recorded}")).record(Job).recorded is False
    answer = await api.delete(f"jobs/{recorded}/recording")
    conforms(route, answer)
    assert answer.error(409).code == "JobNotRecorded"


async def test_the_recording_of_a_running_job_stays(api: Api, world: World) -> None:
    answer = await api.delete(f"jobs/{world.job(recorded=True)}/recording")
    assert answer.error(409).code == "JobNotEnded"


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
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
