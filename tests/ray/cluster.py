"""A real Ray cluster on this machine, for tests, benchmarks and ``npm run cluster``.

A head without CPUs, some nodes, a Ray Client server and token authentication, all on 127.0.0.1. The
processes are held by a process of their own (`tests.ray.keeper`), which ends them when this one
is gone, so Ray is imported by nobody here.
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
"""For who calls ``ray.init``: Ray then leaves 127.0.0.1 as it is. AIbro needs no such help."""
_LEAN = {
    "RAY_enable_metrics_collection": "0",
    # A process's title must not overwrite its environment, in which the marks are.
    "SPT_NOENV": "1",
}
_STOPS_WITHIN_S = 30


class ClusterFailed(RuntimeError):
    """The cluster did not do what it was asked; the text has the end of its log."""


class RayCluster:
    """A cluster, up once this is made.

    Args:
        nodes: what it has beside its head.
        dashboard: with Ray's dashboard, for its Jobs API.
        object_store: bytes of the object store of each node.
    """

    def __init__(
        self,
        nodes: Sequence[TrialNode] = DEFAULT_NODES,
        *,
        dashboard: bool = False,
        object_store: int = 200 * 1024**2,
    ) -> None:
        # Sockets lie below, and their paths must not be longer than 107 bytes.
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
        """What a process needs in its environment to use the cluster."""
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
                start_new_session=True,  # Ctrl+C in a terminal is for the process that asked.
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
        """Start another node; returns Ray's id of it."""
        node_id: str = self._ask("add_node", **asdict(node))
        return node_id

    def kill_node(self, name: str) -> None:
        """End all that runs on the node, from one moment to the next."""
        self._ask("kill_node", name=name)

    def freeze_node(self, name: str) -> None:
        """Stop all that runs on the node where it is: no connection closes, nothing answers."""
        for process in self.processes(name):
            process.suspend()

    def drain_node(self, name: str, within_s: float) -> None:
        """Tell the node that it will be taken away, as a cloud does with a spot machine.

        Ray takes no new work to it. That it goes when the time is over is the cloud's part: see
        `kill_node`.
        """
        self._ask("drain_node", name=name, within_s=within_s)

    def restart_head(self) -> None:
        """Kill the head and its Ray Client server, and start them again at the same addresses."""
        self._ask("restart_head")

    # --- looking ------------------------------------------------------------------------------

    def alive(self) -> list[str]:
        """The names of the nodes that Ray takes for alive, the head's aside."""
        names: list[str] = self._ask("alive")
        return names

    def lost(self) -> list[str]:
        """The names of the nodes of which a process has ended by itself; the head is ``head``."""
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
        """Take everything away: processes and folder."""
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
        kill_all(CLUSTER_MARK, self._mark)  # When the keeper was killed, they are left to us.
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
    """That of this process without what it has set for AIbro and Ray: a node is another machine."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIBRO_", "RAY_", "PYTEST_", "PYTHONPATH"))
    }


def _free_ports(count: int) -> list[int]:
    """Ports that stay free: not those of outgoing connections, nor those of `client_server`."""
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        while len(ports) < count:
            port = random.randrange(24000, 32000)
            with contextlib.suppress(OSError):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
                ports.append(port)
        return ports
