"""Replays where the packages changed, the back end went, or the whole interpreter is gone.

The interpreter is a virtual environment of the test's own: one link for every package that is
installed here, so that each of them can be exchanged or taken away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import keras
import pytest

from aibro.models import VerdictName
from aibro.replay.facts import recording
from aibro.replay.start import start_replay
from tests.jobs import Home

OTHER_KERAS = "3.15.0"

RECORD = """
import keras
import numpy as np
import aibro

keras.utils.set_random_seed(1)
model = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.2),
     keras.layers.Dense(1)]
)
model.compile("adam", "mse")
X = np.random.default_rng(0).normal(size=(128, 4)).astype("float32")
print("job", aibro.Training.offline_fit(model, X, X.sum(1), epochs=2, batch_size=16, record=True))
"""

REPLAY = """
import sys
import aibro

try:
    verdict = aibro.Job.replay_job(sys.argv[1], "", None, None)
    print("verdict", verdict.verdict, *[d.name for d in verdict.differences], sep="|")
except aibro.errors.AibroError as error:
    print("refused", type(error).__name__, error.message, sep="|")
"""


class Interpreter:
    """A virtual environment whose packages come and go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self._packages = Path(
            sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
        )
        self._here = Path(sysconfig.get_path("purelib"))
        self.link(self._here, "")

    def link(self, source: Path, prefix: str) -> None:
        """Have the packages of a folder whose names begin so."""
        for path in source.iterdir():
            if path.name.startswith(prefix) and not (self._packages / path.name).exists():
                (self._packages / path.name).symlink_to(path)

    def link_ours(self, prefix: str) -> None:
        """Have the packages that are installed here."""
        self.link(self._here, prefix)

    def unlink(self, *prefixes: str) -> None:
        """Have them no more."""
        for path in self._packages.iterdir():
            if path.name.startswith(prefixes):
                path.unlink()

    def run(self, home: Home, script: str, *arguments: str, tensorflow: bool = False) -> list[str]:
        """Run a script as a kernel of this environment and return the lines it prints.

        Args:
            tensorflow: Keras may find it, which takes its time.
        """
        environment = {**os.environ, "AIBRO_HOME": str(home.folder), "PYTHONWARNINGS": "ignore"}
        if not tensorflow:
            environment["PYTHONPATH"] = str(Path(__file__).parents[1] / "no_tensorflow")
        done = subprocess.run(
            [self.python, "-c", script, *arguments],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    made = Home(tmp_path_factory.mktemp("environments") / "home")
    yield made
    made.end()


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Interpreter:
    """An interpreter with another Keras than ours."""
    made = Interpreter(tmp_path_factory.mktemp("interpreter") / "venv")
    other = tmp_path_factory.mktemp("other-keras")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", other,
         f"keras=={OTHER_KERAS}"],
        check=True,
    )  # fmt: skip
    made.unlink("keras")
    made.link(other, "keras")
    return made


@pytest.fixture(scope="module")
def recorded(home: Home, interpreter: Interpreter) -> str:
    """The id of a job that was recorded there, on JAX."""
    [line] = interpreter.run(home, RECORD)
    job_id = line.removeprefix("job ")
    home.completed(job_id)
    environment = home.store.jobs.environment(job_id)
    assert environment is not None
    assert environment.interpreter == str(interpreter.python)
    assert environment.packages["keras"] == OTHER_KERAS
    return job_id


def test_the_recorded_interpreter_is_asked_and_nothing_differs(home: Home, recorded: str) -> None:
    shown = recording(home.store, recorded)
    assert (shown.differences, shown.problem) == ([], None)
    assert shown.interpreter == shown.environment.interpreter != sys.executable


def test_another_keras_is_told_before_and_after(
    home: Home, recorded: str, interpreter: Interpreter
) -> None:
    interpreter.unlink("keras")
    interpreter.link_ours("keras")
    lines = interpreter.run(home, REPLAY, recorded)
    assert lines[:2] == [
        "What differs from where the job was recorded:",
        f"  package keras: {OTHER_KERAS} → {keras.__version__}",
    ]
    assert lines[-1] == "verdict|IDENTICAL|package keras"


def test_without_its_back_end_another_one_trains(
    home: Home, recorded: str, interpreter: Interpreter
) -> None:
    interpreter.unlink("jax")
    lines = interpreter.run(home, REPLAY, recorded, tensorflow=True)
    assert lines[1] == "  backend: jax → tensorflow"
    # Another order of the samples: another training.
    _, verdict, *causes = lines[-1].split("|")
    assert verdict == VerdictName.DIVERGED
    assert causes[:2] == ["backend", "package jax"]
    assert "Possible causes:" in lines
    assert "  backend: jax → tensorflow" in lines[lines.index("Possible causes:") :]


def test_without_keras_it_is_refused_and_says_what_to_install(
    home: Home, recorded: str, interpreter: Interpreter
) -> None:
    interpreter.unlink("keras")
    jobs = home.store.jobs.page().total
    # The kernel itself has Keras no more, nor has any interpreter that a job was run with.
    [line] = interpreter.run(home, REPLAY, recorded)
    refused, kind, message = line.split("|")
    assert (refused, kind) == ("refused", "CannotReplay")
    assert "pip install jupyterlab-aibro keras jax" in message
    assert home.store.jobs.page().total == jobs
    # From here it can be run: this interpreter has everything.
    assert recording(home.store, recorded).interpreter == sys.executable


@pytest.mark.usefixtures("jax_alone")
def test_an_interpreter_that_is_gone_is_replaced(
    home: Home, recorded: str, interpreter: Interpreter
) -> None:
    shutil.rmtree(interpreter.folder)
    told: list[str] = []
    new = start_replay(
        home.store,
        recorded,
        description="",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=100,
        called_at=0,
        on_differences=lambda found: told.extend(difference.name for difference in found),
    )
    assert told == ["package keras", "interpreter"]
    home.completed(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert verdict.verdict is VerdictName.IDENTICAL
    assert [d.name for d in verdict.differences] == told
