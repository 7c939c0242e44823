"""``npm run cluster``, as far as it is Python."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aibro.machines.known import known_machines
from scripts.cluster import MachinesFile
from tests.jobs import PATIENCE_S, until
from tests.ray.cluster import ROOT
from tests.ray.nodes import CLUSTER_MARK, marked

ADDRESS = "127.0.0.1:6379"


class Command:
    """The command, running.

    Args:
        home: the state folder.
    """

    def __init__(self, home: Path) -> None:
        self._log = home.parent / f"{home.name}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.cluster"],
                cwd=ROOT,
                env=os.environ | {"AIBRO_HOME": str(home)},
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def mark(self) -> str:
        found = re.search(r"RAY_AUTH_TOKEN_PATH=(\S+)/token", self.said)
        assert found is not None
        return Path(found[1]).name

    def until_said(self, text: str) -> None:
        until(lambda: text in self.said or self.process.poll() is not None, text)
        assert text in self.said

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def running(home: Path) -> Iterator[Command]:
    command = Command(home)
    try:
        command.until_said("Ctrl+C takes the cluster away.")
        yield command
    finally:
        if command.process.poll() is None:
            command.end(signal.SIGTERM)


def ids(home: Path) -> list[str]:
    return [machine.machine_id for machine in known_machines(home)]


def test_its_machines_are_there_until_ctrl_c(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as command:
        assert ids(home) == ["local.od", "trial", "trial.od"]
        raylet = re.search(r"a is process (\d+)", command.said)
        assert raylet is not None
        os.kill(int(raylet[1]), signal.SIGKILL)
        command.until_said("Node a is gone; the cluster goes on without it.")
        mark = command.mark
        assert command.end(signal.SIGINT) == 0
    assert marked(CLUSTER_MARK, mark) == []
    assert ids(home) == ["local.od"]


def test_it_ends_with_its_head(tmp_path: Path) -> None:
    with running(tmp_path / "home") as command:
        mark = command.mark
        (gcs,) = [p for p in marked(CLUSTER_MARK, mark) if p.name() == "gcs_server"]
        gcs.kill()
        assert command.process.wait(PATIENCE_S) == 1
        assert "The head of the cluster has ended" in command.said
    assert marked(CLUSTER_MARK, mark) == []
    assert not (tmp_path / "home" / "machines.toml").exists()


def test_a_file_of_the_users_stays_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "machines.toml"
    own.write_text("# mine\n")
    machines = MachinesFile(tmp_path, ADDRESS)
    assert not machines.in_use
    assert machines.path.parent == tmp_path
    assert machines.remove()
    assert [file.name for file in tmp_path.iterdir()] == ["machines.toml"]
    assert own.read_text() == "# mine\n"


def test_a_file_that_was_changed_meanwhile_stays(tmp_path: Path) -> None:
    machines = MachinesFile(tmp_path, ADDRESS)
    assert machines.in_use
    with machines.path.open("a") as file:
        file.write("# a note\n")
    assert not machines.remove()
    assert machines.path.exists()


def test_a_file_that_a_killed_command_left_is_replaced(tmp_path: Path) -> None:
    left = MachinesFile(tmp_path, "127.0.0.1:1111")
    # This process is no such command: as if that one were gone.
    machines = MachinesFile(tmp_path, ADDRESS)
    assert machines.in_use
    assert ADDRESS in left.path.read_text()


def test_a_file_that_a_killed_command_left_and_somebody_changed_stays(tmp_path: Path) -> None:
    left = MachinesFile(tmp_path, "127.0.0.1:1111")
    with left.path.open("a") as file:
        file.write("# a note\n")
    assert not MachinesFile(tmp_path, ADDRESS).in_use
