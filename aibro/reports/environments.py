"""Where a job ran, without what a report shall not give away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

import msgspec

from aibro.models import Difference, Environment
from aibro.trainings.variables import THREAD_VARIABLES

_FLAGS = "XLA_FLAGS"
_COUNTS = re.compile(r"[0-9]{1,6}(,[0-9]{1,6}){0,7}")
_SWITCH = re.compile(r"--xla_(?!\w*dump)[a-z0-9_]{1,80}=(true|false|[0-9]{1,9})")
"""A flag that is on, off or a number: nothing that names a file."""


def shareable_environment(environment: Environment) -> Environment:
    """The environment without folders of its machine, which may hold people's names."""
    threads = {
        name: _switches(value) if name == _FLAGS else value
        for name, value in environment.threads.items()
        if name == _FLAGS or _is_shareable(name, value)
    }
    interpreter = _file_name(environment.interpreter)
    return msgspec.structs.replace(environment, interpreter=interpreter, threads=threads)


def shareable_difference(difference: Difference) -> Difference:
    """The same for a difference that a replay found."""
    tell: Callable[[str], str]
    if difference.name == "interpreter":
        tell = _file_name
    elif difference.name.endswith(_FLAGS):
        tell = _switches
    else:
        return difference
    both = (difference.recorded, difference.current)
    recorded, current = (None if value is None else tell(value) for value in both)
    return msgspec.structs.replace(difference, recorded=recorded, current=current)


def why_not_shareable(environment: Environment) -> str | None:
    """What `shareable_environment` would have left out, in words; ``None`` if nothing.

    A replay starts its worker with the recorded thread settings, so no other variable may hide
    among them.
    """
    for name, value in environment.threads.items():
        if not _is_shareable(name, value):
            return f"it sets {name[:40]!r}, which is no number of threads"
    if "/" in environment.interpreter:
        return "it names a folder of another machine"
    return None


def _file_name(path: str) -> str:
    return PurePath(path).name


def _switches(flags: str) -> str:
    return " ".join(flag for flag in flags.split() if _SWITCH.fullmatch(flag))


def _is_shareable(name: str, value: str) -> bool:
    if name == _FLAGS:
        return _switches(value).split() == value.split()
    return name in THREAD_VARIABLES and _COUNTS.fullmatch(value) is not None
