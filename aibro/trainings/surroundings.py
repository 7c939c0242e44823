"""What a process has around it: environment variables and where Python looks for modules.

A training finds those that the notebook had when it was requested, for as long as it lasts.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.trainings.variables import FRAMEWORK_VARIABLES, THREAD_VARIABLES

_OF_PROCESS = ("AIBRO_", "RAY_", "JPY_", "LD_", "PYDEVD_", "SLURM_")
"""How the names of variables begin that concern one process or one machine only."""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a notebook's kernel had around it."""

    host: str
    """Which machine it ran on."""
    variables: dict[str, str]
    """All environment variables but those that are read when a framework is imported. They may hold
    secrets; see `kept_surroundings`."""
    changed: list[str]
    """The names of those that were changed or deleted since the kernel began."""
    path: list[str]
    """Where Python looks for modules: ``sys.path``."""
    is_whole: bool = True
    """``variables`` also holds those that the kernel was started with."""


def kept_surroundings(surroundings: Surroundings | None) -> Surroundings | None:
    """What is kept of them for replays once a job has ended: no variables but those it changed.

    Tokens and passwords usually come from where the kernel was started.
    """
    if surroundings is None:
        return None
    variables = surroundings.variables
    kept = {name: variables[name] for name in surroundings.changed if name in variables}
    return msgspec.structs.replace(surroundings, variables=kept, is_whole=False)


def read_surroundings() -> Surroundings:
    """What this process has around it."""
    variables = {name: value for name, value in os.environ.items() if _travels(name)}
    began = _variables_at_begin()
    names = variables.keys() | {name for name in began if _travels(name)}
    return Surroundings(
        host=_host(),
        variables=variables,
        changed=sorted(name for name in names if variables.get(name) != began.get(name)),
        path=[entry for entry in sys.path if isinstance(entry, str)],
    )


@contextlib.contextmanager
def within(surroundings: Surroundings | None) -> Iterator[None]:
    """Inside the block, this process has those surroundings; afterwards its own again.

    On another machine that is only what the notebook changed itself.
    """
    variables, path, folder = dict(os.environ), [*sys.path], Path.cwd()
    try:
        if surroundings is not None:
            _take(surroundings)
        yield
    finally:
        os.environ.clear()
        os.environ.update(variables)
        sys.path[:] = path
        with contextlib.suppress(OSError):  # It was deleted meanwhile.
            os.chdir(folder)


def _take(surroundings: Surroundings) -> None:
    here = surroundings.host == _host()
    names = surroundings.variables.keys() | {name for name in os.environ if _travels(name)}
    for name in names if here and surroundings.is_whole else surroundings.changed:
        if name in surroundings.variables:
            os.environ[name] = surroundings.variables[name]
        else:
            os.environ.pop(name, None)
    if here:
        own = [entry for entry in sys.path if entry not in surroundings.path]
        sys.path[:] = [*surroundings.path, *own]


def _travels(name: str) -> bool:
    read_at_import = name.startswith(FRAMEWORK_VARIABLES) or name in THREAD_VARIABLES
    return not read_at_import and not name.startswith(_OF_PROCESS)


def _variables_at_begin() -> dict[str, str]:
    """The environment variables that this process was started with."""
    try:
        entries = Path("/proc/self/environ").read_bytes().split(b"\0")
    except OSError:
        return dict(os.environ)
    pairs = (os.fsdecode(entry).partition("=") for entry in entries if entry)
    return {name: value for name, _, value in pairs}


def _host() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    # Containers on one machine have names of their own.
    return f"{boot} {platform.node()}"
