"""Which interpreter and back end a replay runs with: the recorded ones, else the nearest there are.

To learn about another interpreter, it has to be run. So its path is only ever taken from the user's
own jobs, never from a recording that came in a report.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import msgspec

from aibro.errors import CannotReplay
from aibro.models import Environment, Job, Record
from aibro.store import Store, Submission
from aibro.trainings import training_kind
from aibro.trainings.environment import read_environment

ASK_S = 20.0
"""Seconds that an interpreter has to answer; after that it is passed over."""


class Choice(Record, frozen=True):
    """What a replay runs with."""

    interpreter: str
    environment: Environment
    """Its facts. Those that only a running framework can tell, such as GPUs, are assumed to be as
    recorded."""

    @property
    def backend(self) -> str:
        """What computes it, in the words of its kind of training."""
        return self.environment.backend


def choose_interpreter(
    store: Store, job: Job, submission: Submission, recorded: Environment | None
) -> Choice:
    """The recorded interpreter and back end if they are there, else what comes nearest.

    It matters more to keep the back end than the interpreter.

    Args:
        job: the recorded job.
        submission: how it was asked for.
        recorded: where it ran; ``None`` when its framework never came up.

    Raises:
        CannotReplay: nothing here can run it; says what to install.
    """
    kind = training_kind(submission.kind)
    backends = dict.fromkeys([submission.backend, *kind.backends])
    tried: dict[str, Environment | None] = {}
    for backend in backends:
        for interpreter in _candidates(store, job, submission):
            if interpreter not in tried:
                tried[interpreter] = _facts(interpreter)
            facts = tried[interpreter]
            if facts is not None and _has(facts, kind.requirements(backend)):
                own = interpreter == submission.interpreter and not job.foreign
                return Choice(interpreter, _expected(facts, interpreter, backend, recorded, own))
    raise CannotReplay(_why_not(job, submission, list(tried)))


def _candidates(store: Store, job: Job, submission: Submission) -> Iterator[str]:
    """Interpreters that exist here, each once, the best first."""
    names = [sys.executable, *store.jobs.interpreters()]
    if not job.foreign:
        names.insert(0, submission.interpreter)
    yield from dict.fromkeys(name for name in names if os.access(name, os.X_OK))


def _facts(interpreter: str) -> Environment | None:
    """What is installed for an interpreter; ``None`` when it cannot say, as when AIbro is not."""
    if _is_own(interpreter):
        return read_environment("", [])
    try:
        told = subprocess.run(
            [interpreter, "-m", "aibro.trainings.environment"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=ASK_S,
            # Run like a worker, so that nothing is imported from the current folder.
            cwd="/",
        )
        return msgspec.json.decode(told.stdout, type=Environment)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError):
        return None


def _is_own(interpreter: str) -> bool:
    """Whether it is the interpreter that runs this code.

    Several names in one folder (``python``, ``python3``) are the same one. The same program linked
    from another folder is not: each folder is an environment with packages of its own.
    """
    asked, own = Path(interpreter), Path(sys.executable)
    return asked.parent == own.parent and asked.samefile(own)


def _has(facts: Environment, requirements: Mapping[str, Set[str]]) -> bool:
    installed = {name.lower() for name in facts.packages}
    return all(installed & providers for providers in requirements.values())


def _expected(
    facts: Environment,
    interpreter: str,
    backend: str,
    recorded: Environment | None,
    is_recorded: bool,
) -> Environment:
    """The environment that a worker would have there, as far as it can be known beforehand."""
    facts = msgspec.structs.replace(facts, interpreter=interpreter, backend=backend)
    if recorded is None:
        return facts
    return msgspec.structs.replace(
        facts,
        # Several names can lead to one interpreter.
        interpreter=recorded.interpreter if is_recorded else interpreter,
        threads=recorded.threads,
        gpus=recorded.gpus,
    )


def _why_not(job: Job, submission: Submission, tried: list[str]) -> str:
    kind = training_kind(submission.kind)
    packages = list(kind.requirements(submission.backend))
    needed = f"jupyterlab-aibro, {' and '.join(packages)}"
    if len(kind.backends) > 1:
        needed += f" or another back end of {kind.title}"
    gone = (
        ""
        if job.foreign or Path(submission.interpreter).exists()
        else f" The interpreter it was recorded with, {submission.interpreter}, is gone."
    )
    return (
        f"Job {job.job_id} cannot be replayed here: no interpreter has {needed} "
        f"(looked at: {', '.join(tried) or 'none'}).{gone} Install what is missing: "
        f"{sys.executable} -m pip install jupyterlab-aibro {' '.join(packages)}."
    )
