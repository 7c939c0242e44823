"""A full disk ends the job that needed the room, with the reason, and nothing else."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.errors import DiskFull, JobNotFound
from aibro.models import JobStatus, JobSubstatus, ReasonKind
from aibro.store import Store
from aibro.upkeep.deletion import delete_job, delete_recording
from tests.jobs import Home, processes_of, until
from tests.small_disk import SIZE, SmallDisk
from tests.upkeep.test_tidy import add_payload, add_trained, end_all, left


@pytest.fixture
def small_home(small_disk: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A state folder on the small disk."""
    folder = small_disk.folder / "home"
    monkeypatch.setenv("AIBRO_HOME", str(folder))
    home = Home(folder)
    yield home
    home.end()


@pytest.fixture
def notebook(jax_alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel's folder, on a disk that has room."""
    folder = tmp_path / "notebook"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def wide_model() -> Any:
    """A model of half a megabyte."""
    import keras

    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(2048), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def no_half_files(folder: Path) -> None:
    """Nothing is left that was not finished."""
    assert [path for path in folder.rglob(".tmp-*") if path.is_file()] == []
    for path in folder.rglob("*.keras"):
        if not path.read_bytes().startswith((b"a model", b"half of it")):  # a light job's
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None


def is_canceled(home: Home, job_id: str, what: str) -> None:
    """The job ended for want of room while ``what`` was written, and left nothing."""
    job = home.until_ended(job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.DISK_FULL)
    assert job.reason is not None
    assert job.reason.startswith(f"No space is left on the disk while writing {what}")
    assert not (home.store.job_folder(job_id) / "result").exists()
    until(lambda: not processes_of(home.folder), "no process is left")
    home.check_pairs(job_id)


def test_while_data_is_written(small_home: Home, small_disk: SmallDisk, notebook: Path) -> None:
    other = small_home.job("epoch(1, loss=1)")
    small_home.completed(other)
    before = small_disk.free()
    with pytest.raises(DiskFull, match="while writing the training data"):
        aibro.Training.offline_fit(
            wide_model(), np.ones((100_000, 64), "float32"), np.ones(100_000)
        )
    [job_id] = [job.job_id for job in aibro.Job.list() if job.job_id != other]
    is_canceled(small_home, job_id, "the training data")
    no_half_files(small_home.folder)
    # All but the model, which was there before the data, and what the store keeps of the job.
    assert before - small_disk.free() < 2 << 20
    small_home.completed(small_home.job())


def test_while_a_checkpoint_is_written(home: Home, small_disk: SmallDisk, notebook: Path) -> None:
    job_id = aibro.Training.offline_fit(
        wide_model(),
        np.ones((64, 64), "float32"),
        np.ones(64),
        epochs=200,
        directory_to_save_ckpt=str(small_disk.folder),
    )
    checkpoints = small_disk.folder / "checkpoints" / job_id
    is_canceled(home, job_id, f"the checkpoint {checkpoints / 'epoch-'}")
    no_half_files(small_disk.folder)
    # Those before are whole: one for each epoch that ended.
    saved = sorted(path.name for path in checkpoints.iterdir())
    assert len(saved) == home.get(job_id).epoch > 10
    assert saved[0] == "epoch-0001.keras"
    assert home.store.instances.open().instances == []


def test_while_the_result_is_written(
    small_home: Home, small_disk: SmallDisk, notebook: Path, gate: Path
) -> None:
    keras = pytest.importorskip("keras")
    wait = keras.callbacks.LambdaCallback(on_train_end=_waiting_for(str(gate)))
    job_id = aibro.Training.offline_fit(
        wide_model(),
        np.ones((64, 64), "float32"),
        np.ones(64),
        fit_kwargs={"callbacks": [wait]},
    )
    until(lambda: small_home.get(job_id).epoch == 1, "it has trained")
    small_disk.fill(leave=200_000)
    gate.touch()
    is_canceled(small_home, job_id, "the result")
    no_half_files(small_home.folder)
    small_disk.make_room()
    small_home.completed(small_home.job())


def _waiting_for(gate: str) -> Any:
    def wait(logs: Any = None) -> None:
        import time
        from pathlib import Path

        while not Path(gate).exists():
            time.sleep(0.01)

    return wait


def test_while_the_training_prints(small_home: Home, small_disk: SmallDisk) -> None:
    job_id = small_home.job("while True: print('x' * 10_000)")
    # To the last byte; the job says so all the same.
    is_canceled(small_home, job_id, "what the training saves")
    assert small_disk.free() < 1 << 20
    (small_home.store.job_folder(job_id) / "log.txt").unlink()
    small_home.completed(small_home.job())


def test_while_the_store_is_written(small_home: Home, small_disk: SmallDisk, gate: Path) -> None:
    job_id = small_home.job(
        f"wait_for({str(gate)!r})\n"
        "for n in range(1, 20_000): epoch(n, **{f'metric {i}': 1.0 for i in range(100)})"
    )
    small_home.until(job_id, JobSubstatus.TRAINING)
    small_disk.fill()
    gate.touch()
    # What the store itself lacks, it says as soon as there is room.
    until(lambda: not list((small_home.folder / "instances").iterdir()), "the instance is gone")
    small_disk.make_room()
    is_canceled(small_home, job_id, "the store")
    assert small_home.store.database.read("PRAGMA integrity_check") == [("ok",)]
    small_home.completed(small_home.job())


def test_other_jobs_go_on(home: Home, small_disk: SmallDisk, gate: Path) -> None:
    other = home.job(f"wait_for({str(gate)!r}); epoch(1, loss=1)")
    home.until(other, JobSubstatus.TRAINING)
    full = home.job(f"Path({str(small_disk.folder / 'big')!r}).write_bytes(bytes({2 * SIZE}))")
    job = home.until(full, JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.DISK_FULL
    gate.touch()
    home.completed(other)


def test_a_job_on_a_disk_that_is_full_already(small_home: Home, small_disk: SmallDisk) -> None:
    small_home.completed(small_home.job())
    small_disk.fill()

    def start_many() -> None:
        while True:
            small_home.job(description="x" * 50_000)

    with pytest.raises(DiskFull):
        start_many()
    small_disk.make_room()
    for job_id in small_home.store.jobs.active_ids():
        small_home.until_ended(job_id)
    small_home.completed(small_home.job())


def test_on_a_full_disk_a_job_is_canceled(
    small_home: Home, small_disk: SmallDisk, gate: Path
) -> None:
    job_id = small_home.job(f"wait_for({str(gate)!r})")
    small_home.until(job_id, JobSubstatus.TRAINING)
    small_disk.fill()
    small_home.store.request_cancel(job_id)
    job = small_home.until(job_id, JobSubstatus.CANCELED)
    assert job.reason == "canceled by the user"
    until(lambda: not processes_of(small_home.folder), "no process is left")


def test_a_full_disk_is_cleared_by_deleting_jobs(small_home: Home, small_disk: SmallDisk) -> None:
    first, second = (
        small_home.job("print('x' * 1_000_000); [epoch(n, loss=1) for n in range(1, 300)]")
        for _ in range(2)
    )
    for job_id in (first, second):
        small_home.completed(job_id)
    small_home.store.close()
    for job_id in (first, second):
        small_disk.fill()
        # As a kernel or a server does that is started now.
        store = Store(small_home.folder)
        delete_job(store, job_id)
        assert small_disk.free() > 0
        with pytest.raises(JobNotFound):
            store.jobs.get(job_id)
        store.close()
    small_disk.make_room()
    small_home.completed(small_home.job())


def test_a_full_disk_is_cleared_by_deleting_a_recording(
    small_home: Home, small_disk: SmallDisk
) -> None:
    data = add_payload(small_home, "x" * 1000)
    job_id = add_trained(small_home.store, data, recorded=True)
    end_all(small_home)
    small_disk.fill()
    assert delete_recording(small_home.store, job_id) > 0
    assert not small_home.get(job_id).recorded
    assert left(small_home) == set()


def test_many_delete_at_once_on_a_full_disk(small_home: Home, small_disk: SmallDisk) -> None:
    data = add_payload(small_home, "x")
    job_ids = [add_trained(small_home.store, data) for _ in range(8)]
    end_all(small_home)
    small_disk.fill()
    failures: list[DiskFull] = []
    barrier = threading.Barrier(len(job_ids))

    def delete(job_id: str) -> None:
        barrier.wait()
        try:
            delete_job(small_home.store, job_id)
        except DiskFull as error:
            failures.append(error)
        finally:
            small_home.store.close()

    threads = [threading.Thread(target=delete, args=[job_id]) for job_id in job_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert small_home.store.jobs.page().total == 0
