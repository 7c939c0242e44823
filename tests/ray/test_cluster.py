"""The trial cluster itself: what happens to it, and that nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.jobs import PATIENCE_S, until
from tests.ray.cluster import LOOPBACK, ROOT, RayCluster
from tests.ray.nodes import CLUSTER_MARK, marked

ON_A_NODE = """
import os, sys, ray
ray.init(sys.argv[1], namespace="trial", log_to_driver=False, logging_level="ERROR")
@ray.remote(num_cpus=1, label_selector={"node": sys.argv[2]})
class Actor:
    def pid(self):
        return os.getpid()
actor = Actor.options(name=sys.argv[3]).remote()
print(ray.get(actor.pid.remote()), flush=True)
sys.stdin.read()
"""


def hold_actor(
    cluster: RayCluster, address: str, node: str, name: str = "held"
) -> subprocess.Popen[str]:
    """A driver with an actor on the node, until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", ON_A_NODE, address, node, name],
        env=os.environ | cluster.environment | LOOPBACK,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def let_go(driver: subprocess.Popen[str]) -> None:
    assert driver.stdin is not None
    assert driver.stdout is not None
    driver.stdin.close()
    driver.wait(PATIENCE_S)
    driver.stdout.close()


@pytest.mark.parametrize("way", ["direct", "client"])
def test_an_actor_runs_where_its_label_says(cluster: RayCluster, way: str) -> None:
    address = cluster.address if way == "direct" else cluster.client_address
    driver = hold_actor(cluster, address, "b")
    try:
        assert driver.stdout is not None
        pid = int(driver.stdout.readline())
        assert pid in {process.pid for process in cluster.processes("b")}
        assert [actor["name"] for actor in cluster.actors()] == ["held"]
    finally:
        let_go(driver)


def test_nobody_comes_in_without_the_token(cluster: RayCluster, tmp_path: Path) -> None:
    other = tmp_path / "token"
    other.write_text("0" * 64)
    environment = os.environ | cluster.environment | {"RAY_AUTH_TOKEN_PATH": str(other)} | LOOPBACK
    refused = subprocess.run(
        [sys.executable, "-c", ON_A_NODE, cluster.address, "a", "held"],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert refused.returncode != 0
    assert not cluster.actors()


def test_it_listens_on_this_machine_alone(cluster: RayCluster) -> None:
    listening = [
        connection.laddr.ip
        for process in cluster.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) > 5
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


def test_nothing_stays_when_its_owner_is_killed() -> None:
    script = """
import sys
from tests.ray.cluster import RayCluster
cluster = RayCluster([])
print(cluster.folder, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        assert marked(CLUSTER_MARK, folder.name)
        owner.send_signal(signal.SIGKILL)
    until(lambda: not marked(CLUSTER_MARK, folder.name), "no process is left")
    until(lambda: not folder.exists(), "no folder is left")
