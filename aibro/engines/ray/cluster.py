"""Connecting to a Ray cluster, with words for every way that can fail, and reading what it has.

For processes that drive a cluster: the bridge and the probe. Ray reads its settings when it is
imported, so `connect` comes before any ``import ray``.

Ray itself tries for minutes to reach what cannot be reached, and calls a wrong token a timeout.
So `connect` first knocks: one short call over the connection that Ray would use.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from aibro.engines.base import NoInstance
from aibro.engines.ray.address import AUTO, CLIENT, EXAMPLES, Address, parse_address
from aibro.engines.ray.diagnosis import NOBODY, explain, no_token, refused, unanswered, unknown_mode
from aibro.engines.ray.fitting import Cluster

NAMESPACE = "aibro"
CONNECT_S = 60.0
READ_S = 15.0
KNOCK_S = 5.0
_DEFAULTS = {
    # A cluster that lets everybody in has to be chosen, not stumbled upon.
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
}
_MODES = {"token", "disabled"}


class ClusterUnreachable(NoInstance):
    """The cluster does not answer, or does not let this process in; the text says what to do."""


def connect(address: str, *, within_s: float = CONNECT_S, **init: Any) -> None:
    """Become a driver of the cluster.

    Args:
        address: as machines.toml has it.
        within_s: seconds after which it is given up. Ray may go on trying in its thread, so this
            process has to end then.
        init: further arguments of ``ray.init``.

    Raises:
        ClusterUnreachable: it does not answer, or does not let this process in; or there is no
            Ray here.
    """
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    mode = os.environ["RAY_AUTH_MODE"]
    if mode.lower() not in _MODES:
        raise ClusterUnreachable(unknown_mode(mode))
    try:
        where = _resolve(address)
        _knock(where, address)
    except ImportError as error:
        raise ClusterUnreachable(explain(error, address)) from error
    _within(within_s, lambda: _init(where, init), address)


def read_cluster(address: str, within_s: float = READ_S) -> Cluster:
    """What the cluster that this process is connected to has now.

    Args:
        address: how it was reached, for the words of an error.

    Raises:
        ClusterUnreachable: it does not answer any more.
    """
    return msgspec.convert(_within(within_s, _read, address), Cluster)


def _resolve(address: str) -> Address:
    """Where that is.

    Raises:
        ClusterUnreachable: it is no address, or there is no cluster on this machine.
    """
    text = address
    if text == AUTO:
        from ray._private import services

        try:
            text = services.get_ray_address_from_environment(AUTO, None) or ""
        except ConnectionError:
            text = ""
        if not text:
            raise ClusterUnreachable(
                "No Ray cluster runs on this machine (address auto). Start one with "
                "`ray start`, or give its address in machines.toml."
            )
    parsed = parse_address(text)
    if parsed is None:
        raise ClusterUnreachable(f"{text!r} is not the address of a Ray cluster; use {EXAMPLES}.")
    return parsed


def _init(where: Address, init: Mapping[str, Any]) -> None:
    import ray

    ray.init(
        f"{CLIENT if where.client else ''}{where.target}",
        **{"namespace": NAMESPACE, "logging_level": "CRITICAL", "log_to_driver": False, **init},
    )


def _knock(where: Address, address: str) -> None:
    """See whether a cluster is there and lets this process in.

    Raises:
        ClusterUnreachable: it is not, or does not.
    """
    import grpc
    from ray._private.grpc_utils import init_grpc_channel
    from ray.exceptions import AuthenticationError

    _keep_loopback(where)
    try:
        channel = init_grpc_channel(where.target)
        try:
            (_knock_at_client if where.client else _knock_at_head)(channel, address)
        finally:
            channel.close()
    except AuthenticationError as error:
        # A token that went with its cluster is not what is missing.
        words = no_token(address) if _listens(where) else unanswered(address, NOBODY)
        raise ClusterUnreachable(words) from error
    except grpc.RpcError as error:
        raise ClusterUnreachable(refused(error, where, address, KNOCK_S)) from error


def _knock_at_client(channel: Any, address: str) -> None:
    del address
    from ray.core.generated import ray_client_pb2, ray_client_pb2_grpc

    ping = ray_client_pb2.ClusterInfoRequest(type=ray_client_pb2.ClusterInfoType.PING)
    ray_client_pb2_grpc.RayletDriverStub(channel).ClusterInfo(ping, timeout=KNOCK_S)


def _knock_at_head(channel: Any, address: str) -> None:
    from ray._private import services
    from ray.core.generated import gcs_service_pb2, gcs_service_pb2_grpc

    stub = gcs_service_pb2_grpc.NodeInfoGcsServiceStub(channel)
    stub.CheckAlive(gcs_service_pb2.CheckAliveRequest(), timeout=KNOCK_S)
    found = stub.GetAllNodeInfo(gcs_service_pb2.GetAllNodeInfoRequest(), timeout=KNOCK_S)
    # Ray would look for its raylet on this machine for a minute.
    if services.find_node_ids().isdisjoint(node.node_id.hex() for node in found.node_info_list):
        raise ClusterUnreachable(
            f"This machine is not a node of the Ray cluster at {address}. From outside, a cluster "
            "is reached by Ray Client: ray:// and its head's name, with port 10001 unless told."
        )


def _keep_loopback(where: Address) -> None:
    """Ray takes 127.0.0.1 for this machine's name in the network.

    A cluster that is for this machine alone does not listen there.
    """
    from ray._private import ray_constants

    if where.loopback and _listens(where):
        ray_constants.ENABLE_RAY_CLUSTER = False


def _listens(where: Address) -> bool:
    try:
        socket.create_connection((where.host.strip("[]"), where.port), KNOCK_S).close()
    except OSError:
        return False
    return True


def _within(seconds: float, call: Callable[[], Any], address: str) -> Any:
    """What ``call`` returns, with Ray's errors in words.

    Raises:
        ClusterUnreachable: it failed, or took longer.
    """
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True, name="ray-call")
    thread.start()
    thread.join(seconds)
    if outcome:
        return outcome[0]
    if failure:
        raise ClusterUnreachable(explain(failure[0], address)) from failure[0]
    raise ClusterUnreachable(
        f"The Ray cluster at {address} answers, but did nothing within {seconds:g} s. "
        "It may be overloaded: see `ray status` on its head, and try again."
    )


def _read() -> dict[str, Any]:
    import ray
    from ray.util.client import ray as client

    read = _reader()
    if not client.is_connected():
        return read()
    # Through Ray Client only the cluster itself can see what is free on which node.
    found: dict[str, Any] = ray.get(ray.remote(num_cpus=0)(read).remote())
    return found


def _reader() -> Callable[[], dict[str, Any]]:
    # A function inside a function is sent whole: the cluster need not have AIbro.
    def read() -> dict[str, Any]:
        import ray
        from ray._private.state import available_resources_per_node, state

        available = available_resources_per_node()
        found = [
            {
                "node_id": node["NodeID"],
                "alive": node["Alive"],
                "total": node["Resources"],
                "available": available.get(node["NodeID"], {}),
                "labels": node["Labels"],
            }
            for node in ray.nodes()
        ]
        config = state.get_cluster_config()
        groups = config.node_group_configs if config is not None else []
        types = [
            {"name": group.name, "total": dict(group.resources)}
            for group in groups
            if group.max_count != 0
        ]
        return {"nodes": found, "types": types}

    return read
