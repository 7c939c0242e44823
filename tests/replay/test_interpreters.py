"""Which interpreter and back end a replay runs with."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

import aibro.replay.interpreters
from aibro.models import Environment
from aibro.replay.interpreters import Choice, choose_interpreter
from aibro.store import Store
from aibro.trainings.environment import read_environment
from tests.jobs import Home
from tests.store.support import SUBMISSION, add_job

HERE = read_environment("jax", [])
NOTHING = msgspec.structs.replace(HERE, packages={})


def script(path: Path, text: str) -> str:
    """An interpreter that does something else than it is told."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


def with_packages(path: Path, **packages: str) -> str:
    """An interpreter that has these packages."""
    facts = msgspec.structs.replace(HERE, interpreter=str(path), packages=packages)
    return script(path, f"echo {shlex.quote(msgspec.json.encode(facts).decode())}")


def chosen(
    store: Store,
    interpreter: str,
    backend: str = "jax",
    recorded: Environment | None = HERE,
    **job: Any,
) -> Choice:
    record = msgspec.structs.replace(store.jobs.get(add_job(store)), **job)
    submission = msgspec.structs.replace(SUBMISSION, interpreter=interpreter, backend=backend)
    return choose_interpreter(store, record, submission, recorded)


def test_the_recorded_one_is_taken_when_it_can_train(home: Home, tmp_path: Path) -> None:
    python = with_packages(tmp_path / "python", keras="3", jax="0.6")
    choice = chosen(home.store, python)
    assert (choice.interpreter, choice.backend) == (python, "jax")
    assert choice.environment.packages == {"keras": "3", "jax": "0.6"}


def test_another_program_in_the_same_folder_is_asked_itself(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", with_packages(tmp_path / "python3", pip="1"))
    python = with_packages(tmp_path / "python4", keras="4", jax="0.6")
    assert chosen(home.store, python).environment.packages["keras"] == "4"


def test_what_only_shows_when_it_runs_is_taken_as_recorded(home: Home, tmp_path: Path) -> None:
    recorded = msgspec.structs.replace(HERE, threads={"NPROC": "7"}, gpus=["a card"])
    choice = chosen(home.store, sys.executable, recorded=recorded)
    assert (choice.environment.threads, choice.environment.gpus) == ({"NPROC": "7"}, ["a card"])


@pytest.mark.parametrize(
    "text",
    ["exit 1", "echo no JSON", "echo '{}'", "kill -9 $$", "sleep 60", "exec cat"],
)
def test_one_that_cannot_tell_what_it_has_is_passed_over(
    home: Home, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aibro.replay.interpreters, "ASK_S", 0.3)
    assert chosen(home.store, script(tmp_path / "python", text)).interpreter == sys.executable


@pytest.mark.parametrize("name", ["gone", "a folder", "not executable"])
def test_one_that_is_no_program_is_passed_over(home: Home, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a folder":
        path.mkdir()
    elif name == "not executable":
        path.write_text("")
    assert chosen(home.store, str(path)).interpreter == sys.executable


def test_the_back_end_counts_for_more_than_the_interpreter(home: Home, tmp_path: Path) -> None:
    python = with_packages(tmp_path / "python", keras="3", torch="2")
    choice = chosen(home.store, python)
    assert (choice.interpreter, choice.backend) == (sys.executable, "jax")
    choice = chosen(home.store, python, backend="torch")
    assert (choice.interpreter, choice.backend) == (python, "torch")


def test_the_interpreter_of_another_job_is_better_than_none(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", with_packages(tmp_path / "bare", pip="1"))
    monkeypatch.setattr(aibro.replay.interpreters, "read_environment", lambda *_: NOTHING)
    other = with_packages(tmp_path / "other", keras="3", tensorflow="2")
    add_job(home.store)
    with home.store.database.write() as write:
        write.execute(
            "UPDATE jobs SET submission = json_set(submission, '$.interpreter', ?)", (other,)
        )
    choice = chosen(home.store, str(tmp_path / "gone"))
    assert (choice.interpreter, choice.backend) == (other, "tensorflow")


def test_a_strangers_interpreter_is_not_even_looked_at(home: Home, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    python = script(tmp_path / "python", f"touch {mark}")
    assert chosen(home.store, python, foreign=True).interpreter == sys.executable
    assert not mark.exists()
