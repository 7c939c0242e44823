"""The process that runs a test cluster: ``python -m tests.ray.keeper``.

It starts and controls Ray's processes on behalf of its parent process (`tests.ray.cluster`). It
reads commands from standard input, and writes answers to standard output, both as lines of JSON.
When the input ends, it ends the whole cluster. So no cluster is left behind when a test run is
killed.

The nodes are started with Ray's own ``Node`` class, as Ray's tests do, because ``ray start``
replaces 127.0.0.1 by this machine's address in the network.
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
    """Hold a lock inside the block, so that only one keeper of this checkout runs such a block."""
    with Path(__file__).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class _Head(Node):
    """A head that only starts a dashboard if requested; it is only needed for Ray's Jobs API."""

    def start_api_server(self, **options: Any) -> None:
        """Start the dashboard, if it was requested."""
        if self._ray_params.include_dashboard:
            super().start_api_server(**options)

    def start_ray_client_server(self) -> None:
        """Start `client_server`: Ray's own server, with ports that no other cluster uses."""
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
    """Starts and controls the processes of a cluster.

    Args:
        folder: the folder for everything that Ray writes.
        object_store: the size of each node's object store, in bytes.
        port: the port of the head.
        client_port: the port of the head's Ray Client server.
        dashboard_port: the port of the dashboard; 0 starts none.
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
            no_monitor=True,  # It would only be needed to add nodes automatically.
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
        """The node's own folder; deleted with the node."""
        folder = Path(self._folder, name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _start(self, name: str, kind: type[Node], **options: Any) -> Node:
        """Start a node. Retry if it does not come up, which happens on a very busy machine.

        Ray gives a node's agent 15 s to start, and has no setting for it (ray-project/ray#65983).
        So nodes start one at a time, even if they belong to different test clusters.
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
        """Start a node, and return its Ray id."""
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
        """Kill everything that runs on the node, without a warning."""
        kill_all(NODE_MARK, _mark_of(name))
        self._nodes.pop(name).kill_all_processes(check_alive=False, wait=True)
        shutil.rmtree(self._disk(name))

    def drain_node(self, name: str, within_s: float) -> None:
        """Tell Ray that the node will be taken away in so many seconds."""
        node = self._nodes[name]
        deadline_ms = int((time.time() + within_s) * 1000)
        accepted, why_not = self._head.get_gcs_client().drain_node(
            node.node_id, DRAINED_FOR, "a trial", deadline_ms
        )
        if not accepted:
            raise RuntimeError(why_not)

    def restart_head(self) -> None:
        """Kill the head and its Ray Client server, and start them again at the same address."""
        self.kill_node(HEAD)
        self._start_head()

    def alive(self) -> list[str]:
        """The names of the nodes that Ray considers alive, without the head."""
        return sorted(
            self._names[node["NodeID"]]
            for node in self._state.node_table()
            if node["Alive"] and node["NodeID"] in self._names
        )

    def lost(self) -> list[str]:
        """The names of the nodes, including the head, of which a process has ended by itself."""
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
    """Start the cluster, then carry out commands until the input ends.

    Args:
        asked: what the cluster should be like, from the command line.
        answers: the stream for the answers.
    """
    folder = str(Path(asked["folder"], "n"))

    def answer(**what: Any) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    try:
        keeper = Keeper(folder, asked["object_store"], *asked["ports"])
        for node in asked["nodes"]:  # Not in parallel: two nodes could get the same sockets.
            keeper.add_node(**node)
    except Exception as error:  # noqa: BLE001 - sent to the parent process
        answer(error=f"{type(error).__name__}: {error}\n{_ends_of_logs(folder)}")
        return
    answer(value=None)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer(value=getattr(keeper, command.pop("do"))(**command))
        except Exception as error:  # noqa: BLE001 - sent to the parent process
            answer(error=f"{type(error).__name__}: {error}")


def main() -> None:
    """Run a cluster until the input ends, or until this process gets a signal to end."""
    asked = json.loads(sys.argv[1])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    # For processes that only the head has; all others get the variable from their node.
    os.environ[NODE_MARK] = _mark_of(HEAD)
    # Send what Ray prints to the log, so that only answers are written to standard output.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(asked, answers)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        kill_all(CLUSTER_MARK, os.environ[CLUSTER_MARK])
        shutil.rmtree(asked["folder"], ignore_errors=True)
        # Do not exit normally: Ray's threads would try to reach processes that are gone.
        os._exit(0)


if __name__ == "__main__":
    main()
