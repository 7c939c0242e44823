"""The process that holds the trial cluster: ``python -m tests.ray.keeper``.

It starts Ray's processes and looks after them for the process that started it. Commands come in as
lines of JSON, answers go out likewise. When the input ends, so does everything: a test run or a
command that is killed leaves no cluster behind.

Ray is started through its own class of a node, as its own tests do, because ``ray start`` turns
127.0.0.1 into this machine's name in the network.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ray._private import ray_constants, services
from ray._private.node import Node
from ray._private.parameter import RayParams
from ray._private.state import GlobalState
from ray._raylet import GcsClientOptions  # type: ignore[attr-defined] # its types are short of it
from ray.core.generated import autoscaler_pb2

from tests.ray import client_server
from tests.ray.nodes import CLUSTER_MARK, HEAD, NODE_MARK, TrialNode, kill_all

DRAINED_FOR = autoscaler_pb2.DrainNodeReason.DRAIN_NODE_REASON_PREEMPTION


MAX_STARTS = 6


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """While the block runs, no other keeper of this checkout is in such a block."""
    with Path(__file__).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class _Head(Node):
    """A head that starts no dashboard, which nothing but Ray's Jobs API needs."""

    def start_api_server(self, **options: Any) -> None:
        """Only when it was asked for."""
        if self._ray_params.include_dashboard:
            super().start_api_server(**options)

    def start_ray_client_server(self) -> None:
        """Ray's own, which keeps out of the way of other clusters'."""
        options = {
            "address": self.address,
            "host": self.node_ip_address,
            "port": self._ray_params.ray_client_server_port,
            "mode": "proxy",
            "runtime-env-agent-address": self.runtime_env_agent_address,
            "node-id": self.node_id,
        }
        ports = str(random.randrange(20000, 24000, client_server.PORTS))
        command = [sys.executable, "-m", client_server.__name__, ports]
        out, err = self.get_log_file_handles("ray_client_server", unique=True)
        kind = ray_constants.PROCESS_TYPE_RAY_CLIENT_SERVER
        self.all_processes[kind] = [
            services.start_ray_process(
                command + [f"--{name}={value}" for name, value in options.items()],
                kind,
                stdout_file=out,
                stderr_file=err,
                fate_share=self.kernel_fate_share,
            )
        ]


class Keeper:
    """The cluster's processes.

    Args:
        folder: for everything that Ray writes.
        object_store: bytes of each node's.
        port: of the head.
        client_port: of its Ray Client server.
        dashboard_port: 0 for no dashboard.
    """

    def __init__(
        self,
        folder: str,
        object_store: int,
        port: int,
        client_port: int,
        dashboard_port: int,
    ) -> None:
        self._folder = folder
        self._object_store = object_store
        self._ports = (port, client_port, dashboard_port)
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        self._state = GlobalState()
        self._start_head()

    @property
    def _head(self) -> Node:
        return self._nodes[HEAD]

    def _start_head(self) -> None:
        port, client_port, dashboard_port = self._ports
        dashboard: dict[str, Any] = {"dashboard_port": dashboard_port} if dashboard_port else {}
        self._start(
            HEAD,
            _Head,
            gcs_server_port=port,
            ray_client_server_port=client_port,
            include_dashboard=bool(dashboard_port),
            no_monitor=True,  # Nothing here adds nodes.
            num_cpus=0,
            num_gpus=0,
            **dashboard,
        )
        options = GcsClientOptions.create(
            self._head.gcs_address, None, allow_cluster_id_nil=True, fetch_cluster_id_if_nil=False
        )
        self._state = GlobalState()
        self._state._initialize_global_state(options)

    def _disk(self, name: str) -> Path:
        """What the node has of its own: it goes when the node does."""
        folder = Path(self._folder, name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _start(self, name: str, kind: type[Node], **options: Any) -> Node:
        """Start a node; again when it did not come up, as on a machine that is very busy.

        Ray gives a node's agent 15 s to start and has no setting for it (ray-project/ray#65983), so
        nodes start one at a time, whichever cluster of the tests they belong to.
        """
        for attempt in range(1, MAX_STARTS + 1):
            options["include_log_monitor"] = False
            params = RayParams(
                temp_dir=str(Path(self._folder, "r")),
                node_name=name,
                object_store_memory=self._object_store,
                dashboard_agent_listen_port=None,
                min_worker_port=0,
                max_worker_port=0,
                env_vars={NODE_MARK: _mark_of(name), "TMPDIR": str(self._disk(name))},
                **options,
            )
            try:
                with _alone():
                    self._nodes[name] = kind(
                        params, head=name == HEAD, shutdown_at_exit=False, spawn_reaper=False
                    )
                break
            except Exception:
                kill_all(NODE_MARK, _mark_of(name))
                if attempt == MAX_STARTS:
                    raise
        return self._nodes[name]

    # --- the commands -------------------------------------------------------------------------

    def add_node(self, **asked: Any) -> str:
        """Start a node; returns Ray's id of it."""
        node = TrialNode(**asked)
        started = self._start(
            node.name,
            Node,
            gcs_address=self._head.gcs_address,
            node_manager_port=0,
            num_cpus=node.cpus,
            num_gpus=node.gpus,
            memory=node.memory,
            labels=node.labels,
        )
        self._names[started.node_id] = node.name
        self._until_alive(started.node_id)
        return str(started.node_id)

    def kill_node(self, name: str) -> None:
        """End all that runs on the node, from one moment to the next."""
        kill_all(NODE_MARK, _mark_of(name))
        self._nodes.pop(name).kill_all_processes(check_alive=False, wait=True)
        shutil.rmtree(self._disk(name))

    def drain_node(self, name: str, within_s: float) -> None:
        """Tell the node that it will be taken away."""
        node = self._nodes[name]
        deadline_ms = int((time.time() + within_s) * 1000)
        accepted, why_not = self._head.get_gcs_client().drain_node(
            node.node_id, DRAINED_FOR, "a trial", deadline_ms
        )
        if not accepted:
            raise RuntimeError(why_not)

    def restart_head(self) -> None:
        """Take head and Ray Client server away and start them again at the same address."""
        self.kill_node(HEAD)
        self._start_head()

    def alive(self) -> list[str]:
        """The names of the nodes that Ray takes for alive, the head's aside."""
        return sorted(
            self._names[node["NodeID"]]
            for node in self._state.node_table()
            if node["Alive"] and node["NodeID"] in self._names
        )

    def lost(self) -> list[str]:
        """The nodes of which a process has ended by itself."""
        return [name for name, node in self._nodes.items() if node.dead_processes()]

    def actors(self) -> list[dict[str, str]]:
        """The actors that are not dead."""
        return [
            {"name": actor["Name"], "state": actor["State"], "id": actor["ActorID"]}
            for actor in self._state.actor_table(None).values()
            if actor["State"] != "DEAD"
        ]

    def placement_groups(self) -> list[dict[str, str]]:
        """The placement groups that are not removed."""
        return [
            {"name": group["name"], "state": group["state"], "id": group["placement_group_id"]}
            for group in self._state.placement_group_table().values()
            if group["state"] != "REMOVED"
        ]

    def _until_alive(self, node_id: str) -> None:
        deadline = time.monotonic() + 60
        while not any(
            node["NodeID"] == node_id and node["Alive"] for node in self._state.node_table()
        ):
            if time.monotonic() > deadline:
                raise TimeoutError("The node did not come up.")
            time.sleep(0.02)


def _mark_of(node: str) -> str:
    return f"{os.environ[CLUSTER_MARK]}/{node}"


def _ends_of_logs(folder: str) -> str:
    ends = []
    for kind in ("gcs_server", "raylet"):
        for log in sorted(Path(folder).glob(f"r/session_2*/logs/{kind}*")):
            lines = log.read_text(errors="replace").splitlines()
            said = [line for line in lines if "state-dump" not in line]
            ends.append("\n".join([f"--- {log.name}", *said[-15:]]))
    return "\n".join(ends)


def serve(asked: dict[str, Any], answers: Any) -> None:
    """Start the cluster, then do what is asked until nobody asks any more."""
    folder = str(Path(asked["folder"], "n"))

    def answer(**what: Any) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        keeper = Keeper(folder, asked["object_store"], *asked["ports"])
        for node in asked["nodes"]:  # Not at the same time: Ray would give two the same sockets.
            keeper.add_node(**node)
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        answer(error=f"{type(error).__name__}: {error}\n{_ends_of_logs(folder)}")
        return
    answer(value=None)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer(value=getattr(keeper, command.pop("do"))(**command))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            answer(error=f"{type(error).__name__}: {error}")


def main() -> None:
    """Keep a cluster until the input ends, or this process is told to."""
    asked = json.loads(sys.argv[1])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    # For the processes that only a head has; others get theirs with their node.
    os.environ[NODE_MARK] = _mark_of(HEAD)
    # What Ray prints goes into the log; the answers have the output to themselves.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(asked, answers)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        kill_all(CLUSTER_MARK, os.environ[CLUSTER_MARK])
        shutil.rmtree(asked["folder"], ignore_errors=True)
        # Ray's own threads would look for what is gone.
        os._exit(0)


if __name__ == "__main__":
    main()
