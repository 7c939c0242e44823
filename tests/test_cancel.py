"""A job is canceled wherever it is, whatever its processes do, and leaves none of them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import psutil
import pytest

from aibro.errors import JobEnded
from aibro.models import InstanceStatus, JobStatus, JobSubstatus, ReasonKind
from tests.jobs import Home, processes_of, until

CHILDREN = """
import subprocess
plain = subprocess.Popen(["sleep", "1000"])
own_session = subprocess.Popen(["sleep", "1000"], start_new_session=True)
deaf = subprocess.Popen(
    [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
     "signal.signal(signal.SIGHUP, signal.SIG_IGN); time.sleep(1000)"])
epoch(1, plain=plain.pid, own_session=own_session.pid, deaf=deaf.pid)
"""
IN_C = """
import ctypes
epoch(1, loss=1)
ctypes.PyDLL(None).sleep(1000)  # Keeps the interpreter's lock: no other Python runs.
"""


def cancel(home: Home, job_id: str) -> None:
    """Cancel and check what has to be so."""
    instance_id = home.get(job_id).instance_id
    home.store.request_cancel(job_id)
    job = home.until(job_id, JobSubstatus.CANCELED)
    until(lambda: not processes_of(home.folder), "no process is left")
    assert (job.reason, job.reason_kind) == ("canceled by the user", ReasonKind.USER)
    if instance_id is not None:
        assert home.store.instances.get(instance_id).status is InstanceStatus.CLOSED
        assert not home.store.instance_folder(instance_id).exists()
    assert not (home.store.job_folder(job_id) / "result").exists()
    home.check_pairs(job_id)


def test_in_requesting(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    first = home.job(f"wait_for({str(gate)!r})")
    home.until(first, JobSubstatus.TRAINING)
    second = home.job()
    home.until_noted(second, "Waiting")
    home.store.request_cancel(second)
    home.until(second, JobSubstatus.CANCELED)
    cancel(home, first)


def test_in_connecting(home: Home, tmp_path: Path) -> None:
    never_answers = tmp_path / "never-answers"
    never_answers.write_text("#!/bin/sh\nexec sleep 1000\n")
    never_answers.chmod(0o700)
    job_id = home.job(interpreter=str(never_answers))
    home.until(job_id, JobSubstatus.CONNECTING_SERVER)
    cancel(home, job_id)


def test_in_sending(home: Home) -> None:
    job_id = home.job(submitted=False)
    home.until(job_id, JobSubstatus.SENDING)
    cancel(home, job_id)


def test_in_gearing(home: Home, gate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHT_WORKER_GEAR", f"wait_for({str(gate)!r})")
    job_id = home.job()
    home.until(job_id, JobSubstatus.GEARING_ENV)
    cancel(home, job_id)


def test_in_training(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    cancel(home, job_id)


def test_in_returning(home: Home, gate: Path) -> None:
    job_id = home.job(save=f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.RETURNING)
    cancel(home, job_id)


def test_while_the_training_is_in_native_code_that_lets_nothing_else_run(home: Home) -> None:
    job_id = home.job(IN_C)
    until(lambda: home.get(job_id).epoch == 1, "it is in the call")
    cancel(home, job_id)


def test_when_its_process_is_stopped(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    home.process(job_id, "worker").suspend()
    cancel(home, job_id)


def test_with_processes_that_the_training_started(home: Home, gate: Path) -> None:
    job_id = home.job(f"{CHILDREN}\nwait_for({str(gate)!r})")
    until(lambda: home.get(job_id).epoch == 1, "they run")
    children = [int(pid or 0) for pid in home.get(job_id).metrics.values()]
    assert all(psutil.pid_exists(pid) for pid in children)
    cancel(home, job_id)
    until(lambda: not any(psutil.pid_exists(pid) for pid in children), "they are gone")


def test_the_processes_that_the_training_started_end_with_the_instance(home: Home) -> None:
    job_id = home.job(CHILDREN)
    home.completed(job_id)
    children = [int(pid or 0) for pid in home.get(job_id).metrics.values()]
    until(lambda: not any(psutil.pid_exists(pid) for pid in children), "they are gone")


def test_a_job_that_is_over_cannot_be_canceled(home: Home) -> None:
    job_id = home.job()
    home.completed(job_id)
    with pytest.raises(JobEnded, match="over already: it is COMPLETED"):
        home.store.request_cancel(job_id)
    assert home.get(job_id).status is JobStatus.COMPLETED


def test_the_signals_of_a_closed_terminal_and_an_interrupt_do_not_end_a_job(
    home: Home, gate: Path
) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    runner, worker = home.process(job_id, "runner"), home.process(job_id, "worker")
    here = os.getsid(0)
    assert os.getsid(runner.pid) not in {here, os.getsid(worker.pid)}
    assert os.getsid(worker.pid) != here
    runner.send_signal(1)
    runner.send_signal(2)
    gate.touch()
    home.completed(job_id)


def test_nobody_inherits_the_lock_that_says_a_runner_lives(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    runner = home.process(job_id, "runner")
    home.process(job_id, "worker").suspend()
    runner.kill()
    runner.wait()
    with (home.store.job_folder(job_id) / "runner.lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
