"""What goes wrong in a training ends the job with the reason, and nothing else."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.models import InstanceStatus, JobStatus, JobSubstatus, ReasonKind
from tests.jobs import Home, until


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A state folder with one instance that cools."""
    home = Home(tmp_path_factory.mktemp("warm") / "home")
    home.completed(home.job(cool_down_period_s=600.0))
    yield home
    home.end()


BROKEN_TEXT = """
class Broken(Exception):
    def __str__(self):
        raise RuntimeError("no text")
raise Broken
"""


@pytest.mark.parametrize(
    ("fit", "reason"),
    [
        ("raise ValueError('loss is NaN')", "ValueError: loss is NaN"),
        ("raise ValueError('first\\nsecond')", "ValueError: first"),
        ("raise ValueError", "ValueError"),
        ("sys.exit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("[] = 1", "TypeError: cannot unpack non-iterable int object"),
        ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        (BROKEN_TEXT, "Broken: (its text cannot be read: RuntimeError)"),
        ("raise ValueError('x' * 100_000_000)", f"ValueError: {'x' * 488}"),
        ("raise ValueError('\\udcff' + 'ä')", "ValueError: \\udcffä"),
    ],
    ids=lambda value: value[:24].strip(),
)
def test_an_exception_ends_the_job_and_leaves_the_instance_well(
    warm: Home, fit: str, reason: str
) -> None:
    before = warm.store.instances.open().instances[0].instance_id
    job_id = warm.job(fit, cool_down_period_s=600.0)
    job = warm.until(job_id, JobSubstatus.CANCELED)
    assert job.reason == reason
    assert job.reason_kind is ReasonKind.TRAINING_ERROR
    assert job.traceback is not None
    assert 0 < len(job.traceback) <= 64 * 1024
    # Each of them took the instance that the one before had left.
    assert job.instance_id == before
    assert warm.instance(job_id).status is InstanceStatus.COOLING


def test_the_traceback_names_the_users_line(home: Home) -> None:
    job = home.until(home.job("def mine():\n  1 / 0\nmine()"), JobSubstatus.CANCELED)
    assert job.traceback is not None
    assert 'File "<fit>", line 2, in mine' in job.traceback
    assert job.traceback.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(
    ("fit", "how"),
    [
        ("os._exit(3)", "the instance's process ended with exit status 3"),
        ("os._exit(0)", "the instance's process ended with exit status 0"),
        ("os.abort()", "the instance's process was ended by SIGABRT"),
        ("import ctypes; ctypes.string_at(0)", "the instance's process was ended by SIGSEGV"),
        (
            "os.kill(os.getpid(), 9)",
            "the instance's process was ended by SIGKILL; the machine may have run out of memory",
        ),
    ],
)
def test_a_crash_ends_the_job_and_says_how(home: Home, fit: str, how: str) -> None:
    job_id = home.job(f"print('so far'); {fit}", cool_down_period_s=60.0)
    job = home.until(job_id, JobSubstatus.CANCELED)
    assert (job.reason, job.reason_kind) == (how, ReasonKind.INSTANCE_LOST)
    assert home.instance(job_id).status is InstanceStatus.CLOSED
    log = (home.store.job_folder(job_id) / "log.txt").read_text()
    assert log.startswith("so far\n")


def test_a_crash_in_native_code_leaves_its_traceback_in_the_log(home: Home) -> None:
    job_id = home.job("import ctypes; ctypes.string_at(0)")
    home.until(job_id, JobSubstatus.CANCELED)
    log = (home.store.job_folder(job_id) / "log.txt").read_text()
    assert "Segmentation fault" in log
    assert 'File "<fit>", line 1' in log


def test_an_environment_that_does_not_come_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIGHT_WORKER_GEAR", "raise ImportError('No module named jax')")
    job = home.until(home.job(), JobSubstatus.CANCELED)
    assert (job.reason, job.reason_kind) == (
        "ImportError: No module named jax",
        ReasonKind.ENVIRONMENT,
    )


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (None, "cannot be started (No such file or directory). Install it again"),
        ("#!/bin/sh\necho 'No module named aibro' >&2; exit 1\n", "It said: No module named aibro"),
    ],
)
def test_an_interpreter_that_does_not_start_a_worker(
    home: Home, tmp_path: Path, script: str | None, words: str
) -> None:
    python = tmp_path / "python"
    if script is not None:
        python.write_text(script)
        python.chmod(0o700)
    job_id = home.job(interpreter=str(python))
    job = home.until(job_id, JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.NO_INSTANCE
    assert job.reason is not None
    assert words in job.reason
    home.check_pairs(job_id)
    until(lambda: not home.store.instances.open().instances, "no instance is left")


def test_the_next_machine_is_tried_when_one_cannot_be_had(home: Home, tmp_path: Path) -> None:
    # The same machine twice: both are asked, both are named.
    job_id = home.job(interpreter=str(tmp_path / "none"), machine_ids=["local.od", "local.od"])
    job = home.until(job_id, JobSubstatus.CANCELED)
    assert job.reason is not None
    assert job.reason.count("local.od: the interpreter") == 2


def test_ten_thousand_epochs_do_not_flood_the_store(home: Home) -> None:
    job_id = home.job("for n in range(1, 10_001): epoch(n, loss=1 / n)")
    home.completed(job_id)
    epochs = home.store.jobs.epochs(job_id)
    assert [epoch.epoch for epoch in epochs] == list(range(1, 10_001))
    assert epochs[-1].metrics == {"loss": 1 / 10_000}
    assert home.get(job_id).epoch == 10_000
    # Many epochs share a write: they have its time.
    writes = {event.at for event in home.events(job_id) if event.kind == "epoch"}
    assert len(writes) < 2_000


def test_epochs_told_of_just_before_a_crash_are_kept(home: Home) -> None:
    job_id = home.job("for n in range(1, 101): epoch(n, loss=0)\nos._exit(1)")
    home.until(job_id, JobSubstatus.CANCELED)
    assert home.get(job_id).epoch == 100


def test_a_flood_of_output_is_kept_whole_and_holds_nothing_up(home: Home) -> None:
    job_id = home.job("line = 'x' * 99\nfor n in range(200_000): print(line)\nprint('end')")
    home.completed(job_id)
    log = home.store.job_folder(job_id) / "log.txt"
    assert log.stat().st_size == 200_000 * 100 + 4
    assert home.get(job_id).status is JobStatus.COMPLETED


def test_output_that_is_no_text_is_kept_and_can_be_read(home: Home) -> None:
    from aibro import Job

    job_id = home.job(
        "sys.stdout.buffer.write(b'\\xff\\xfe\\n'); print('\\udcff', 'ä', flush=True)\n"
        "os.write(2, b'\\x00\\x80')"
    )
    home.completed(job_id)
    assert Job.logs(job_id) == "��\n\\udcff ä\n\x00�"


def test_output_is_there_while_the_training_runs(home: Home, gate: Path) -> None:
    job_id = home.job(f"print('first line')\nepoch(1, loss=1)\nwait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.TRAINING)
    log = home.store.job_folder(job_id) / "log.txt"
    until(lambda: log.read_text() == "first line\n", "the line is in the log")


def test_a_training_may_change_its_folder_and_close_its_output(home: Home) -> None:
    job_id = home.job("os.chdir('/'); sys.stdout.close()", cool_down_period_s=60.0)
    home.completed(job_id)
    home.completed(home.job("epoch(1, loss=0)"))


def test_a_result_is_there_whole_or_not_at_all(home: Home, gate: Path) -> None:
    job_id = home.job(save=f"wait_for({str(gate)!r})")
    home.until(job_id, JobSubstatus.RETURNING)
    result = home.store.job_folder(job_id) / "result"
    assert not result.exists()
    gate.touch()
    home.completed(job_id)
    assert (result / "model.keras").read_text() == "half of it, the other half"


def test_a_training_that_ends_its_own_session_of_processes(home: Home) -> None:
    job_id = home.job("import signal; os.killpg(0, signal.SIGTERM)")
    job = home.until(job_id, JobSubstatus.CANCELED)
    assert job.reason == f"the instance's process was ended by {signal.SIGTERM.name}"
