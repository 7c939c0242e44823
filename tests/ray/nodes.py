"""The nodes of a test cluster, and how to find the processes of a cluster or of a node."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field

import psutil

GIB = 1024**3
CLUSTER_MARK = "AIBRO_TRIAL_CLUSTER"
"""An environment variable of every process of a cluster; its value names the cluster."""
NODE_MARK = "AIBRO_TRIAL_NODE"
"""An environment variable of every process of a node; its value names cluster and node."""
HEAD = "head"


@dataclass(frozen=True)
class TrialNode:
    """The description of a node to start."""

    name: str
    cpus: int = 2
    gpus: int = 0
    memory: int = 2 * GIB
    """How many bytes instances on the node may request in total. The limit is not enforced."""
    labels: dict[str, str] = field(default_factory=dict)


DEFAULT_NODES = (
    TrialNode("a", labels={"node": "a", "market": "spot"}),
    TrialNode("b", labels={"node": "b", "market": "on-demand"}),
)


def marked(mark: str, value: str) -> list[psutil.Process]:
    """The processes with this environment variable, no matter how they were started."""
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
    """Kill the marked processes except this one, and also those that they start meanwhile."""
    while found := [process for process in marked(mark, value) if process.pid != os.getpid()]:
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.suspend()  # Now none can start another, or notice that another is gone.
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=5)
