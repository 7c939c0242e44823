"""Helpers of tests to start jobs on a cluster."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.jobs import Home, until
from tests.ray.cluster import RayCluster

MACHINE = """
[[machine]]
id = "{id}"
engine = "ray"
address = "{address}"
cpus = {cpus}
{more}
"""


class ClusterHome(Home):
    """A state folder whose machines.toml describes machines of a cluster.

    It begins with ``spot`` and ``spot.od``, which take one CPU of any node; `describe` adds more.
    """

    def __init__(self, folder: Path, cluster: RayCluster) -> None:
        super().__init__(folder)
        self.cluster = cluster
        self._described = ""
        for machine_id in ("spot", "spot.od"):
            self.describe(machine_id)

    def describe(
        self, machine_id: str, more: str = "", *, cpus: int = 1, address: str | None = None
    ) -> None:
        """Add a machine to machines.toml.

        Args:
            machine_id: its id.
            more: further lines of its entry, as TOML.
            cpus: how many CPUs it takes.
            address: the address of another cluster than this one.
        """
        self._described += MACHINE.format(
            id=machine_id, address=address or self.cluster.address, cpus=cpus, more=more
        )
        (self.folder / "machines.toml").write_text(self._described)

    def node_of(self, job_id: str) -> str:
        """The name of the node on which the job's worker runs."""
        instance_id = str(self.get(job_id).instance_id)
        # While a process is being started, it has no command line and environment for a moment.
        return until(lambda: self._node_with(instance_id), f"a node has {instance_id}")

    def _node_with(self, instance_id: str) -> str | None:
        for node in self.cluster.alive():
            for process in self.cluster.processes(node):
                with contextlib.suppress(psutil.Error):
                    if any(instance_id in word for word in process.cmdline()):
                        return node
        return None

    def nothing_left(self) -> None:
        """Wait until nothing that AIbro started is left on the cluster."""
        until(lambda: not self.cluster.actors(), "no actor is left")
        until(lambda: not self.cluster.placement_groups(), "no placement group is left")
        until(lambda: not self._workers(), "no worker is left")

    def _workers(self) -> list[str]:
        return [
            " ".join(process.cmdline())
            for process in self.cluster.processes()
            if any(word in ("aibro.worker", "light_worker.py") for word in process.cmdline())
        ]


@contextmanager
def cluster_home(
    tmp_path: Path, cluster: RayCluster, patch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    """A state folder for jobs on a cluster.

    Checks afterwards that no processes are left, neither on this machine nor on the cluster.
    """
    folder = tmp_path / "home"
    patch.setenv("AIBRO_HOME", str(folder))
    for name, value in cluster.environment.items():
        patch.setenv(name, value)
    made = ClusterHome(folder, cluster)
    try:
        yield made
    finally:
        made.end()
    made.nothing_left()
