"""The state folder is deleted while a job is in it: nobody can ask for the job any more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aibro.errors import StoreGone
from aibro.models import JobStatus, JobSubstatus
from aibro.store import Store
from tests.jobs import Home, processes_of, until


def test_a_job_that_trains_ends_with_its_processes(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    assert processes_of(home.folder)
    shutil.rmtree(home.folder)
    until(lambda: not processes_of(home.folder), "no process is left")


def test_a_job_that_waits_for_a_slot_ends(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    home.until(home.job(f"wait_for({str(gate)!r})"), JobSubstatus.TRAINING)
    home.job()
    shutil.rmtree(home.folder)
    until(lambda: not processes_of(home.folder), "no process is left")


def test_an_instance_that_cools_is_ended(home: Home) -> None:
    job_id = home.job(cool_down_period_s=3600)
    until(lambda: home.get(job_id).status is JobStatus.COMPLETED, "the job is over")
    assert processes_of(home.folder)
    shutil.rmtree(home.folder)
    until(lambda: not processes_of(home.folder), "no process is left")


def test_who_follows_a_deleted_store_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    store.data_version()
    shutil.rmtree(store.home)
    with pytest.raises(StoreGone, match="was deleted or replaced"):
        store.data_version()


def test_a_store_in_the_place_of_another_is_not_taken_for_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    store.home.rename(tmp_path / "aside")
    other = Store(tmp_path / "home")
    other.data_version()
    with pytest.raises(StoreGone):
        store.data_version()
