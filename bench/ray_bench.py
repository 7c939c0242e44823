"""Shared by the benchmarks on a Ray cluster: the cluster, its machines, and plain Ray."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from aibro.store import Store
from tests.ray.cluster import LOOPBACK, RayCluster

DIRECT = "ray.od"
"""The machine that is reached from a node of the cluster."""
CLIENT = "client.od"
"""The machine that is reached through Ray Client."""
_MACHINE = """
[[machine]]
id = "{id}"
engine = "ray"
address = "{address}"
cpus = 1
"""


@contextmanager
def machines(home: Path, **options: Any) -> Iterator[RayCluster]:
    """Start a cluster, and describe its machines in the state folder's ``machines.toml``.

    Args:
        home: the state folder.
        options: of `RayCluster`.
    """
    with RayCluster(**options) as cluster:
        home.mkdir(parents=True, exist_ok=True)
        addresses = {DIRECT: cluster.address, CLIENT: cluster.client_address}
        described = [_MACHINE.format(id=id_, address=where) for id_, where in addresses.items()]
        (home / "machines.toml").write_text("".join(described), encoding="utf-8")
        before = {name: os.environ.get(name) for name in cluster.environment}
        os.environ.update(cluster.environment)
        try:
            yield cluster
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


class PlainRay:
    """A driver of the cluster without AIbro, in a process of its own: see `bench.ray_driver`.

    Args:
        cluster: the cluster.
        address: the way to it.
    """

    def __init__(self, cluster: RayCluster, address: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.ray_driver", address],
            env=os.environ | cluster.environment | LOOPBACK,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> PlainRay:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def seconds(self, what: str, *arguments: Any) -> float:
        """Have the driver do something; return how many seconds it took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode([what, *arguments]) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"plain Ray could not {what}")
        return msgspec.json.decode(line, type=float)


def close_instances() -> None:
    """Close all instances and wait for their end, because the cluster is stopped next."""
    store = Store()
    for instance in store.instances.open().instances:
        store.instances.request_close(instance.instance_id)
    deadline = time.monotonic() + 60
    while store.instances.open().instances and time.monotonic() < deadline:
        time.sleep(0.05)
    store.close()
