"""A real Ray cluster on this machine, for tests, benchmarks and ``npm run cluster``.

It has a head without CPUs, some nodes, a Ray Client server and token authentication, all on
127.0.0.1. A separate process (`tests.ray.keeper`) starts Ray's processes, and ends them when this
process is gone. So this process never imports Ray.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.ray.nodes import (
    CLUSTER_MARK,
    DEFAULT_NODES,
    NODE_MARK,
    TrialNode,
    kill_all,
    marked,
)

ROOT = Path(__file__).parents[2]
LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""For callers of ``ray.init``: Ray then keeps the address 127.0.0.1. AIbro does not need this."""
_LEAN = {
    "RAY_enable_metrics_collection": "0",
    # Ray's processes change their titles. That must not overwrite their environment variables, by
    # which they are found.
    "SPT_NOENV": "1",
}
_STOPS_WITHIN_S = 30


class ClusterFailed(RuntimeError):
    """The cluster could not carry out a command; the message contains the end of its log."""


class RayCluster:
    """A running cluster; the constructor returns once it is up.

    Args:
        nodes: its nodes, besides the head.
        dashboard: start Ray's dashboard, for its Jobs API.
        object_store: the size of each node's object store, in bytes.

    Raises:
        ClusterFailed: the cluster did not start.

    Example::

        with RayCluster() as cluster:
            cluster.kill_node("a")
            assert cluster.alive() == ["b"]
    """

    def __init__(
        self,
        nodes: Sequence[TrialNode] = DEFAULT_NODES,
        *,
        dashboard: bool = False,
        object_store: int = 200 * 1024**2,
    ) -> None:
        # It will contain sockets, whose paths must not be longer than 107 bytes.
        base = tempfile.gettempdir()
        self.folder = Path(
            tempfile.mkdtemp(prefix="aibro-", dir=base if len(base) < 24 else "/tmp")
        )
        self.token_path = self.folder / "token"
        self.token_path.touch(mode=0o600)
        self.token_path.write_text(secrets.token_hex(32))
        port, client_port, dashboard_port = _free_ports(3)
        self.address = f"127.0.0.1:{port}"
        self.client_address = f"ray://127.0.0.1:{client_port}"
        self.dashboard_address = f"http://127.0.0.1:{dashboard_port}" if dashboard else None
        self.environment = {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN_PATH": str(self.token_path),
            "RAY_USAGE_STATS_ENABLED": "0",
        }
        """The environment variables that a process needs to use the cluster."""
        self._mark = self.folder.name
        own = {
            "folder": str(self.folder),
            "ports": [port, client_port, dashboard_port if dashboard else 0],
            "nodes": [asdict(node) for node in nodes],
            "object_store": object_store,
        }
        self._log = self.folder / "keeper.log"
        with self._log.open("wb") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.ray.keeper", json.dumps(own)],
                cwd=ROOT,
                env=_neutral_environment()
                | {CLUSTER_MARK: self._mark}
                | {**self.environment, **LOOPBACK, **_LEAN},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl+C in a terminal must only reach this process.
            )
        try:
            self._answer()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    # --- what happens to a cluster ------------------------------------------------------------

    def add_node(self, node: TrialNode) -> str:
        """Start another node, and return its Ray id."""
        node_id: str = self._ask("add_node", **asdict(node))
        return node_id

    def kill_node(self, name: str) -> None:
        """Kill everything that runs on the node, without a warning."""
        self._ask("kill_node", name=name)

    def freeze_node(self, name: str) -> None:
        """Suspend everything on the node: its connections stay open, but nothing answers."""
        for process in self.processes(name):
            process.suspend()

    def drain_node(self, name: str, within_s: float) -> None:
        """Tell Ray that the node will be taken away, as a cloud does with a spot machine.

        Ray starts no new work on the node. It does not end the node itself when the time is over,
        as a cloud would: call `kill_node` for that.

        Args:
            name: the node's name.
            within_s: the seconds until the node is said to be taken away.
        """
        self._ask("drain_node", name=name, within_s=within_s)

    def restart_head(self) -> None:
        """Kill the head and its Ray Client server, and start them again at the same addresses."""
        self._ask("restart_head")

    # --- looking ------------------------------------------------------------------------------

    def alive(self) -> list[str]:
        """The names of the nodes that Ray considers alive, without the head."""
        names: list[str] = self._ask("alive")
        return names

    def lost(self) -> list[str]:
        """The names of the nodes, including ``head``, of which a process has ended by itself."""
        names: list[str] = self._ask("lost")
        return names

    def actors(self) -> list[dict[str, str]]:
        """``name``, ``state`` and ``id`` of the actors that are not dead."""
        actors: list[dict[str, str]] = self._ask("actors")
        return actors

    def placement_groups(self) -> list[dict[str, str]]:
        """``name``, ``state`` and ``id`` of the placement groups that are not removed."""
        groups: list[dict[str, str]] = self._ask("placement_groups")
        return groups

    def processes(self, node: str | None = None) -> list[psutil.Process]:
        """All processes of the cluster, or of one of its nodes."""
        if node is None:
            return marked(CLUSTER_MARK, self._mark)
        return marked(NODE_MARK, f"{self._mark}/{node}")

    # --- the end ------------------------------------------------------------------------------

    def stop(self) -> None:
        """End all processes of the cluster and delete its folder."""
        if self._keeper.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._keeper.stdin.close()
        try:
            self._keeper.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._keeper.send_signal(signal.SIGKILL)
            self._keeper.wait()
        if self._keeper.stdout is not None:
            self._keeper.stdout.close()
        kill_all(CLUSTER_MARK, self._mark)  # If the keeper was killed, it could not do that.
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, do: str, **arguments: Any) -> Any:
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
        self._keeper.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._keeper.stdout is not None
        line = self._keeper.stdout.readline()
        answer = json.loads(line) if line else {"error": "the cluster's keeper has ended"}
        if "error" in answer:
            log = self._log.read_text(errors="replace") if self._log.exists() else ""
            raise ClusterFailed(f"{answer['error']}\n{log[-4000:]}")
        return answer["value"]


def _neutral_environment() -> dict[str, str]:
    """This process's environment variables, without those for AIbro, Ray, pytest and Python's path.

    A node stands for another machine, which would not have them either.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIBRO_", "RAY_", "PYTEST_", "PYTHONPATH"))
    }


def _free_ports(count: int) -> list[int]:
    """Free ports, from a range that neither outgoing connections nor `client_server` use."""
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            port = random.randrange(24000, 32000)
            with contextlib.suppress(OSError):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
                ports.append(port)
        return ports
