"""What a node of the trial cluster is, and finding the processes of a cluster and of its nodes."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field

import psutil

GIB = 1024**3
CLUSTER_MARK = "AIBRO_TRIAL_CLUSTER"
"""In the environment of every process of a cluster: which one."""
NODE_MARK = "AIBRO_TRIAL_NODE"
"""In that of every process of a node, the head's aside: which one."""
HEAD = "head"


@dataclass(frozen=True)
class TrialNode:
    """A node as it is asked for."""

    name: str
    cpus: int = 2
    gpus: int = 0
    memory: int = 2 * GIB
    """That instances may ask for; nothing holds them to it."""
    labels: dict[str, str] = field(default_factory=dict)


DEFAULT_NODES = (
    TrialNode("a", labels={"node": "a", "market": "spot"}),
    TrialNode("b", labels={"node": "b", "market": "on-demand"}),
)


def marked(mark: str, value: str) -> list[psutil.Process]:
    """The processes with a mark in their environment, however they came about."""
    wanted = f"{mark}={value}".encode()
    found = []
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            with open(f"/proc/{pid}/environ", "rb") as environment:  # noqa: PTH123 - hundreds of them
                here = wanted in environment.read().split(b"\0")
            if here and (process := psutil.Process(pid)).status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def kill_all(mark: str, value: str) -> None:
    """End the marked processes at once, this one aside, those they start meanwhile too."""
    while found := [process for process in marked(mark, value) if process.pid != os.getpid()]:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.suspend()  # So that none starts another, or sees another go.
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=5)
