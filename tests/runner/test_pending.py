"""A runner that dies while its request for a machine is pending leaves nothing behind."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from aibro.engines.base import Grant, Launch
from aibro.engines.child import start_child
from aibro.engines.local import LocalEngine
from aibro.machine_spec import MachineSpec
from aibro.models import JobStatus, ReasonKind
from aibro.upkeep.reaper import reap
from tests.jobs import Home, processes_of, until

RUNNER = """
import sys
import aibro.engines
aibro.engines._ENGINES["local"] = ("tests.runner.test_pending", "SlowEngine")
from aibro.runner.__main__ import main
main()
"""
HELPER = "import sys, time; print(sys.argv); time.sleep(1000)"


class SlowEngine(LocalEngine):
    """Grants nothing. Its process asks, and outlives the runner, as a bridge that hangs would."""

    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
        reached: Callable[[], None],
    ) -> Grant:
        """See `Engine.request`."""
        del machine

        def command(descriptor: int, key_file: Path) -> list[str]:
            return [sys.executable, "-c", HELPER, str(descriptor), str(key_file)]

        start_child(command, launch.folder, {})
        reached()
        say("Waiting for Godot")
        while True:
            stop()
            time.sleep(0.05)


@pytest.fixture
def slow_runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runners ask the `SlowEngine`."""
    root = Path(__file__).parents[2]
    runner = tmp_path / "slow-python"
    start = shlex.join([sys.executable, "-c", RUNNER])
    # Called as `<interpreter> -m aibro.runner <arguments>`.
    runner.write_text(f'#!/bin/sh\nexport PYTHONPATH={root}\nshift 2\nexec {start} "$@"\n')
    runner.chmod(0o700)
    monkeypatch.setattr("aibro.runner_process.sys", SimpleNamespace(executable=str(runner)))


@pytest.mark.usefixtures("slow_runner")
def test_what_a_pending_request_has_started_is_cleared_away(home: Home) -> None:
    job_id = home.job()
    home.until_noted(job_id, "Waiting for Godot")
    # Nobody is shown an instance that has no status yet.
    assert home.get(job_id).instance_id is None
    assert home.store.instances.open().instances == []
    (pending,) = home.store.instances.pending()
    folder = home.store.instance_folder(pending.instance_id)
    (helper,) = [
        each for each in processes_of(home.folder) if str(folder / "key") in each.cmdline()
    ]
    reap(home.store)
    assert helper.is_running()
    (runner,) = [each for each in processes_of(home.folder) if each != helper]
    runner.kill()
    job = home.until_ended(job_id)
    assert (job.status, job.reason_kind) == (JobStatus.CANCELED, ReasonKind.RUNNER_LOST)
    until(lambda: not processes_of(home.folder), "no process is left")
    assert not folder.exists()
    assert home.store.instances.pending() == []
    assert [event for event in home.events(job_id) if event.kind == "instance"] == []


@pytest.mark.usefixtures("slow_runner")
def test_a_request_that_is_canceled_is_not_pending_any_more(home: Home) -> None:
    job_id = home.job()
    home.until_noted(job_id, "Waiting for Godot")
    home.store.request_cancel(job_id)
    home.until_ended(job_id)
    assert home.store.instances.pending() == []
    for helper in processes_of(home.folder):
        helper.kill()
