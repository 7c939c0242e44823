"""Where a report is written, and what is refused before anything is."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import aibro
from aibro.errors import BadFolder, BadInput, JobNotEnded, JobNotFound, JobNotRecorded
from aibro.models import Difference, JobSubstatus
from aibro.reports import import_report, write_report
from aibro.reports.environments import told_difference, told_environment, what_is_not_told
from aibro.reports.packing import without_home
from aibro.store import Store
from aibro.store.lifecycle import Ending
from tests.reports.support import ENVIRONMENT, Untouched, add_recorded_job, members_of
from tests.store.support import add_job


@pytest.fixture
def job_id(sender: Store) -> str:
    return add_recorded_job(sender)


def test_a_folder_gets_a_file_of_the_jobs_name(sender: Store, job_id: str, tmp_path: Path) -> None:
    assert write_report(sender, job_id, tmp_path) == tmp_path / f"aibro-report-{job_id}.zip"
    named = tmp_path / "issue 7"
    assert write_report(sender, job_id, named) == named
    assert members_of(named).keys() == members_of(tmp_path / f"aibro-report-{job_id}.zip").keys()
    assert not list(tmp_path.glob(".tmp-*"))


def test_only_an_older_report_of_the_same_job_is_replaced(
    sender: Store, job_id: str, tmp_path: Path
) -> None:
    file = write_report(sender, job_id, tmp_path)
    before = file.stat().st_ino
    assert write_report(sender, job_id, tmp_path) == file
    assert file.stat().st_ino != before

    other = add_recorded_job(sender)
    taken = tmp_path / "taken"
    taken.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    kept = file.read_bytes()
    for path in (file, taken, link, pipe):
        with pytest.raises(BadInput, match=f"no report of job {other}") as caught:
            write_report(sender, other, path)
        assert caught.value.field == "path"
    assert taken.read_text() == "mine"
    assert file.read_bytes() == kept


def test_a_folder_that_cannot_be_written_is_refused(
    sender: Store, job_id: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFolder, match="does not exist"):
        write_report(sender, job_id, tmp_path / "missing" / "report.zip")
    with pytest.raises(BadFolder, match="cannot be written") as caught:
        write_report(sender, job_id, Path("/proc"), field="directory")
    assert caught.value.field == "directory"
    with pytest.raises(BadFolder, match="cannot be written"):
        write_report(sender, job_id, tmp_path / ("x" * 300))


def test_a_job_that_has_nothing_to_replay_is_refused(sender: Store, tmp_path: Path) -> None:
    running = add_job(sender, recorded=True)
    unrecorded, unsubmitted = add_job(sender), add_job(sender, recorded=True)
    canceled = Ending(substatus=JobSubstatus.CANCELED, reason="canceled by the user")
    for job_id in (unrecorded, unsubmitted):
        sender.lifecycle.finish(job_id, canceled)
    gone = add_recorded_job(sender, array=np.ones(5))
    for path in sender.payload_folder.glob("*.npy"):
        path.unlink()
    for job_id, error, says in (
        (running, JobNotEnded, "REQUESTING|QUEUING"),
        (unrecorded, JobNotRecorded, "record=True"),
        (unsubmitted, JobNotRecorded, "nothing to report"),
        (gone, JobNotRecorded, "files are gone"),
        ("0" * 12, JobNotFound, "no job"),
        ("../..", JobNotFound, "not a job id"),
    ):
        with pytest.raises(error, match=says):
            write_report(sender, job_id, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sender"}


def test_a_recording_that_is_damaged_is_refused_before_anything_is_written(
    sender: Store, job_id: str, tmp_path: Path
) -> None:
    payload = max(sender.payload_folder.glob("*.npy"), key=lambda path: path.stat().st_size)
    os.truncate(payload, payload.stat().st_size - 1)
    with pytest.raises(JobNotRecorded, match=r"1 of its recorded files are gone .*, or damaged"):
        write_report(sender, job_id, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"sender"}


def test_data_is_made_smaller_where_that_is_worth_it(sender: Store, tmp_path: Path) -> None:
    zeros = add_recorded_job(sender, array=np.zeros(1_000_000, "u1"))
    noise = np.random.default_rng(1).integers(0, 255, 1_000_000, "u1")
    for job_id, method in (
        (zeros, zipfile.ZIP_DEFLATED),
        (add_recorded_job(sender, array=noise), zipfile.ZIP_STORED),
    ):
        with zipfile.ZipFile(write_report(sender, job_id, tmp_path)) as archive:
            largest = max(archive.infolist(), key=lambda entry: entry.file_size)
        assert largest.file_size > 1_000_000
        assert largest.compress_type == method
    assert (tmp_path / f"aibro-report-{zeros}.zip").stat().st_size < 50_000


def test_progress_reaches_the_end(sender: Store, receiver: Store, tmp_path: Path) -> None:
    job_id = add_recorded_job(sender, array=np.zeros(5_000_000, "u1"))

    def check(told: list[tuple[int, int]]) -> None:
        assert len(told) > 5
        assert told == sorted(told)
        assert told[-1][0] == told[-1][1] > 5_000_000

    written: list[tuple[int, int]] = []
    file = write_report(sender, job_id, tmp_path, progress=lambda *now: written.append(now))
    check(written)
    come: list[tuple[int, int]] = []
    import_report(receiver, file, working_directory="/", progress=lambda *now: come.append(now))
    assert come == sorted(come)


def test_of_an_environment_only_facts_are_told() -> None:
    flags = "--xla_cpu_multi_thread_eigen=false --xla_dump_to=/home/ada/dump"
    environment = msgspec.structs.replace(
        ENVIRONMENT, threads={"XLA_FLAGS": flags, "NPROC": "1", "OMP_NUM_THREADS": "$(rm)"}
    )
    told = told_environment(environment)
    assert told.interpreter == "python3"
    assert told.threads == {"XLA_FLAGS": flags.split(maxsplit=1)[0], "NPROC": "1"}
    assert what_is_not_told(environment) is not None
    assert what_is_not_told(told) is None
    assert told.packages == environment.packages

    for name, value, shown in (
        ("interpreter", "/home/ada/venv/bin/python3", "python3"),
        ("threads XLA_FLAGS", flags, flags.split(maxsplit=1)[0]),
        ("package keras", "3.15.1", "3.15.1"),
    ):
        difference = told_difference(Difference(name=name, recorded=value, current=None))
        assert (difference.recorded, difference.current) == (shown, None)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100])
def test_the_home_folder_becomes_a_tilde_wherever_it_is_cut(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    text = b"/home/ada/a /home/ada /home/adam/b /home/home/ada/c\n/home/ada/"
    chunks = (text[i : i + size] for i in range(0, len(text), size))
    assert b"".join(without_home(chunks)) == b"~/a /home/ada /home/adam/b /home~/c\n~/"


def test_a_notebook_reports_and_imports_by_path(
    sender: Store,
    receiver: Store,
    job_id: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIBRO_HOME", str(sender.home))
    path = aibro.Job.report(job_id, ".")
    assert path == str(tmp_path / f"aibro-report-{job_id}.zip")
    bad: list[Any] = [None, 5, "", "a\0b", b"report.zip"]
    untouched = Untouched(receiver)
    for wrong in bad:
        with pytest.raises(BadInput):
            aibro.Job.report(job_id, wrong)
        with pytest.raises(BadInput):
            aibro.Job.import_report(wrong)
    monkeypatch.setenv("AIBRO_HOME", str(receiver.home))
    untouched.check()
    job = aibro.Job.import_report(Path(path).name)
    assert (job.job_id, job.foreign, job.recorded) == (job_id, True, True)
    assert receiver.jobs.submission(job_id).working_directory == str(tmp_path)
    # What is quick shows no progress.
    assert capsys.readouterr().out == ""
