"""Ending what an instance is on this machine: all of its processes and no others."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

# psutil is imported late everywhere here: while an instance starts, and not before.

INSTANCE_VARIABLE = "AIBRO_INSTANCE_ID"
"""In the environment of a worker and so of whatever it starts, in whichever session."""

_CLOCK_TICK_S = 0.05
_KILL_S = 1.0


def started_at(pid: int) -> float:
    """When a process began: with its id it names the process for good."""
    import psutil

    return float(psutil.Process(pid).create_time())


def find_process(handle: Mapping[str, str | int | float]) -> psutil.Process | None:
    """The worker's process, while it runs.

    Args:
        handle: its ``pid`` and when it ``started``; empty when it never did.
    """
    import psutil

    try:
        process = psutil.Process(int(handle["pid"]))
        # A process id is used again; together with its start it is not.
        if abs(process.create_time() - float(handle["started"])) > _CLOCK_TICK_S:
            return None
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except (psutil.Error, KeyError):
        return None


def clear_instance(folder: Path, handle: Mapping[str, str | int | float]) -> None:
    """Kill a worker and whatever it started, and remove its folder.

    Also when the worker itself is gone already: those that left its session are known by their
    environment. Safe to repeat.

    Args:
        folder: the instance's own; its name marks what runs for it.
        handle: see `find_process`; without one the environment tells.
    """
    import psutil

    worker = find_process(handle)
    if worker is not None:
        _kill_group(worker.pid)
    left = [*_processes_of(folder.name)]
    for process in left:
        try:
            process.kill()
        except psutil.Error:
            continue  # It is gone, or another user's.
    psutil.wait_procs([*left, *([worker] if worker is not None else [])], _KILL_S)
    shutil.rmtree(folder, ignore_errors=True)


def wait_for_end(process: psutil.Process, timeout: float) -> None:
    """Wait until it is gone, ``timeout`` seconds at most."""
    import psutil

    psutil.wait_procs([process], timeout)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # It is gone already.
        os.killpg(pid, signal.SIGKILL)


def _processes_of(name: str) -> Iterator[psutil.Process]:
    import psutil

    for process in psutil.process_iter():
        try:
            if process.environ().get(INSTANCE_VARIABLE) == name:
                yield process
        except (psutil.Error, OSError):
            continue  # It is gone, or another user's.
