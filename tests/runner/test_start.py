"""A runner is light: a job must not wait for what only its end, or its instance, needs."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aibro.errors import DiskFull
from aibro.locks import owner_is_dead
from aibro.models import JobSubstatus, ReasonKind
from aibro.runner_process import RUNNER_LOCK, spawn_runner, take_runner_lock
from aibro.upkeep.reaper import reap
from tests.jobs import Home
from tests.store.support import add_job

HEAVY = ["keras", "tensorflow", "jax", "numpy", "cloudpickle", "pickle", "psutil", "concurrent"]


def imported_by(module: str) -> set[str]:
    """The modules that are there after an import in a fresh process."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_runner_starts_without_what_it_does_not_need() -> None:
    assert imported_by("aibro.runner.__main__").isdisjoint(HEAVY)


def test_a_worker_answers_before_the_framework_is_up() -> None:
    assert imported_by("aibro.worker.__main__").isdisjoint({"keras", "tensorflow", "jax", "numpy"})


def test_a_job_has_one_runner(home: Home) -> None:
    job_id = home.store.jobs.new_id()
    with take_runner_lock(home.store, job_id), pytest.raises(RuntimeError, match="has a runner"):
        take_runner_lock(home.store, job_id)


def test_a_job_whose_runner_cannot_be_started_ends_at_the_next_look(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = home.store.jobs.new_id()
    lock = take_runner_lock(home.store, job_id)
    add_job(home.store, job_id=job_id)
    reap(home.store)
    assert home.get(job_id).substatus is JobSubstatus.REQUESTING_SERVER
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(FileNotFoundError):
        spawn_runner(home.store, job_id, lock)
    reap(home.store)
    job = home.get(job_id)
    assert (job.substatus, job.reason_kind) == (JobSubstatus.CANCELED, ReasonKind.RUNNER_LOST)


def test_a_cancel_request_that_nobody_obeyed_is_the_reason(home: Home) -> None:
    job_id = add_job(home.store)
    home.store.request_cancel(job_id, ReasonKind.DISK_FULL, "the disk is full")
    reap(home.store)
    job = home.get(job_id)
    assert (job.reason, job.reason_kind) == ("the disk is full", ReasonKind.DISK_FULL)


def test_many_may_look_at_once(home: Home, gate: Path) -> None:
    dead = [home.job(f"wait_for({str(gate)!r})") for _ in range(2)]
    for job_id in dead:
        home.until(job_id, JobSubstatus.TRAINING)
    for job_id in dead:
        home.process(job_id, "runner").kill()
    code = "from aibro.store import Store; from aibro.upkeep.reaper import reap; reap(Store())"
    looking = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait(60) for process in looking] == [0] * 4
    for job_id in dead:
        home.until_ended(job_id)
        home.check_pairs(job_id)
        canceled = [
            event
            for event in home.events(job_id)
            if event.data.get("substatus") == JobSubstatus.CANCELED.value
        ]
        assert len(canceled) == 1
    assert home.store.instances.open().instances == []


def test_no_room_for_the_jobs_folder_has_a_plain_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object, **options: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(DiskFull, match="while writing the job's folder"):
        take_runner_lock(home.store, "0" * 12)


def test_the_lock_of_a_runner_lasts_as_long_as_its_process(home: Home) -> None:
    job_id = home.store.jobs.new_id()
    path = home.store.job_folder(job_id) / RUNNER_LOCK
    assert owner_is_dead(path)
    lock = take_runner_lock(home.store, job_id)
    holder = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[lock.descriptor]
    )
    lock.release()
    assert not owner_is_dead(path)
    assert not owner_is_dead(path)
    holder.kill()
    holder.communicate()
    assert owner_is_dead(path)
