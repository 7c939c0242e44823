"""Looking at a cluster: what it has now, and why it cannot be seen, in words."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import wait
from importlib.metadata import version
from pathlib import Path

import msgspec
import psutil
import pytest

from aibro import Comm
from aibro.engines.ray.fitting import ClusterSnapshot
from aibro.machine_spec import ClusterId
from aibro.machines.clusters import Clusters
from aibro.models import Machine
from tests.jobs import PATIENCE_S, Home, until
from tests.machines.support import describe
from tests.ray.cluster import RayCluster

PROBE = ["-m", "aibro.engines.ray.probe"]
OTHER_VERSIONS = """
from ray._private import utils
utils.compute_version_info = lambda: ("2.54.1", "3.12.9")
"""
NO_RAYLET = """
from ray._private import services
services.find_node_ids = set
"""
NO_RAY = """
from ray._private import services
services.find_gcs_addresses = set
services.find_bootstrap_address = lambda folder: None
"""
IMPATIENT = """
from aibro.engines.ray import cluster
cluster.KNOCK_S = 0.5
"""
HURRIED = """
from aibro.engines.ray import cluster
cluster.connect.__kwdefaults__["within_s"] = 0.01
"""
HOLDER = """
import sys
from aibro.engines.ray.cluster import connect
connect(sys.argv[1])
import ray
group = ray.util.placement_group([{"CPU": 1}], bundle_label_selector=[{"node": "a"}])
ray.get(group.ready())
print("held", flush=True)
sys.stdin.read()
"""


def look(address: str, environment: Mapping[str, str], before: str = "") -> ClusterSnapshot:
    """What the probe says, in an environment of its own; ``before`` is run first."""
    code = before + "\nfrom aibro.engines.ray.probe import main\nmain()"
    process = subprocess.Popen(
        [sys.executable, *(["-c", code] if before else PROBE), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=without_ray(os.environ) | dict(environment),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdin, process.stdout, process.stderr:
        answer = process.stdout.read()
        said = process.stderr.read()
        process.wait(PATIENCE_S)
    token_file = environment.get("RAY_AUTH_TOKEN_PATH")
    if token_file and Path(token_file).exists():
        assert Path(token_file).read_bytes() not in answer + said
    return msgspec.json.decode(answer, type=ClusterSnapshot)


def without_ray(environment: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in environment.items() if not key.startswith("RAY_")}


def problem(address: str, environment: Mapping[str, str], before: str = "") -> str:
    seen = look(address, environment, before)
    assert seen.cluster is None
    assert seen.problem is not None
    return seen.problem


def at(address: str) -> ClusterId:
    """The cluster there."""
    return ClusterId("ray", address)


@pytest.fixture
def mute() -> Iterator[str]:
    """An address where something listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("way", ["address", "client_address"])
def test_the_nodes_are_seen_with_what_is_free(ray_cluster: RayCluster, way: str) -> None:
    def seen() -> dict[str | None, tuple[bool, float, float]]:
        there = look(getattr(ray_cluster, way), ray_cluster.environment)
        if there.cluster is None:
            # The server that Ray Client starts for a client now and then ends at once.
            assert "Initialization failure" in str(there.problem), there.problem
            return {}
        assert there.cluster.types == []
        return {
            node.labels.get("node"): (
                node.alive,
                node.total.get("CPU", 0),
                node.available.get("CPU", 0),
            )
            for node in there.cluster.nodes
        }

    # Ray tells a little later that what others had is free again.
    until(lambda: seen() == {"a": (True, 2, 2), "b": (True, 2, 2), None: (True, 0, 0)}, "all free")


@pytest.mark.parametrize("way", ["address", "client_address"])
def test_a_wrong_token_is_told_with_where_it_is_from(ray_cluster: RayCluster, way: str) -> None:
    address = getattr(ray_cluster, way)
    said = problem(address, {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "wrong" * 8})
    assert said == (
        f"The Ray cluster at {address} does not accept the token in RAY_AUTH_TOKEN. Put the "
        "cluster's token there; `ray get-auth-token` on its head shows it."
    )


def test_a_missing_token_says_where_to_put_it(ray_cluster: RayCluster, home: Home) -> None:
    nobody = {"HOME": str(home.folder)}
    said = problem(ray_cluster.address, nobody)
    assert "there is none in RAY_AUTH_TOKEN, in the file that RAY_AUTH_TOKEN_PATH names" in said
    said = problem(ray_cluster.address, {**nobody, "RAY_AUTH_TOKEN_PATH": "/no/such/file"})
    assert "RAY_AUTH_TOKEN_PATH names /no/such/file, which is empty or cannot be read" in said


def test_a_token_that_went_with_its_cluster_is_not_what_is_missing(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = f"127.0.0.1:{listener.getsockname()[1]}"
    said = problem(gone, {"HOME": str(home.folder), "RAY_AUTH_TOKEN_PATH": "/no/such/file"})
    assert f"The Ray cluster at {gone} does not answer: nothing listens there" in said


def test_a_mode_that_ray_does_not_know_is_not_taken_for_none(ray_cluster: RayCluster) -> None:
    said = problem(ray_cluster.address, ray_cluster.environment | {"RAY_AUTH_MODE": "tokn"})
    assert "RAY_AUTH_MODE is 'tokn', which Ray does not know. Set it to token" in said


def test_the_users_own_mode_counts(ray_cluster: RayCluster) -> None:
    said = problem(ray_cluster.address, {"RAY_AUTH_MODE": "disabled"})
    assert "wants a token, and RAY_AUTH_MODE=disabled is set here" in said


@pytest.mark.parametrize("way", ["address", "client_address"])
def test_other_versions_are_told_both_with_what_to_install(
    ray_cluster: RayCluster, way: str
) -> None:
    ray = version("ray")
    said = problem(getattr(ray_cluster, way), ray_cluster.environment, OTHER_VERSIONS)
    python = ".".join(map(str, sys.version_info[:3]))
    assert f"has Ray {ray} and Python {python}" in said
    assert "this environment has Ray 2.54.1 and Python 3.12.9" in said
    assert f'pip install "ray[client,default]=={ray}"' in said
    assert f"use an environment with Python {python}" in said


def test_the_cluster_of_this_machine_is_found(ray_cluster: RayCluster) -> None:
    seen = look("auto", {**ray_cluster.environment, "RAY_ADDRESS": ray_cluster.address})
    assert seen.cluster is not None, seen.problem


def test_without_a_cluster_on_this_machine_there_is_none_of_its_own() -> None:
    said = problem("auto", {}, NO_RAY)
    assert "No Ray cluster runs on this machine" in said


def test_a_ray_that_is_not_whole_says_what_to_install() -> None:
    said = problem("127.0.0.1:1", {}, "import sys; sys.modules['grpc'] = None")
    assert 'pip install "jupyterlab-aibro[ray]"' in said


def test_a_machine_that_is_no_node_is_told_of_ray_client(ray_cluster: RayCluster) -> None:
    said = problem(ray_cluster.address, ray_cluster.environment, NO_RAYLET)
    assert "This machine is not a node of the Ray cluster" in said
    assert "ray://" in said


def test_the_other_port_is_told(ray_cluster: RayCluster) -> None:
    direct = ray_cluster.client_address.removeprefix("ray://")
    assert "is not the head of a Ray cluster" in problem(direct, ray_cluster.environment)
    client = f"ray://{ray_cluster.address}"
    assert "is not a Ray Client server" in problem(client, ray_cluster.environment)


def test_what_never_answers_is_given_up(ray_cluster: RayCluster, mute: str) -> None:
    for address in (mute, f"ray://{mute}"):
        said = problem(address, ray_cluster.environment, IMPATIENT)
        assert f"{address} does not answer: there was no answer within 0.5 s" in said


def test_a_cluster_that_answers_and_then_takes_too_long_is_given_up(
    ray_cluster: RayCluster,
) -> None:
    said = problem(ray_cluster.client_address, ray_cluster.environment, HURRIED)
    assert "answers, but did nothing within 0.01 s" in said


def test_a_name_that_is_not_known(ray_cluster: RayCluster) -> None:
    said = problem("ray://head.invalid:10001", ray_cluster.environment)
    assert "does not answer: the name head.invalid is not known" in said


def test_the_probe_ends_with_whoever_started_it(mute: str) -> None:
    process = subprocess.Popen(
        [sys.executable, *PROBE, mute],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=without_ray(os.environ) | {"RAY_AUTH_MODE": "disabled"},
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(PATIENCE_S) == 1


def test_looks_end_when_nobody_needs_them(mute: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with Clusters() as clusters:
        first = clusters.ask([at(mute)])
        assert clusters.ask([at(mute), at(mute)]) == first
        until(lambda: bool(probes()), "the probe runs")
        (probe,) = probes()
    assert not probe.is_running()
    assert not wait(first, 0).not_done


def test_an_answer_is_younger_than_its_question(
    ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = at("127.0.0.1:1")
    with Clusters(rest_s=1) as clusters:
        wait(clusters.ask([nowhere]), PATIENCE_S)
        first = clusters.known()[nowhere]
        assert first.problem is not None
        began = time.monotonic()
        for name, value in ray_cluster.environment.items():
            monkeypatch.setenv(name, value)
        again = clusters.ask([nowhere, at(ray_cluster.address)])
        assert len(again) == 2
        wait(again, PATIENCE_S)
        assert clusters.known()[nowhere] is not first
        assert clusters.known()[at(ray_cluster.address)].problem is None
        # Two looks at the same cluster are apart.
        assert time.monotonic() - began > 0.5


def test_a_look_that_takes_too_long_is_ended(mute: str) -> None:
    with Clusters(limit_s=0.2) as clusters:
        wait(clusters.ask([at(mute)]), PATIENCE_S)
        said = clusters.known()[at(mute)].problem
    assert said is not None
    assert "did not say within 0.2 s what it has" in said
    assert probes() == []


def test_available_machines_have_what_is_free_now(
    ray_cluster: RayCluster, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ray_cluster.environment.items():
        monkeypatch.setenv(name, value)
    common = f'[[machine]]\nengine = "ray"\naddress = "{ray_cluster.address}"\n'
    wanted = [
        'id = "any"\ncpus = 1\n',
        'id = "a"\ncpus = 1\nlabels = { node = "a" }\n',
        'id = "large.od"\ncpus = 64\n',
    ]
    describe(home.folder, "".join(common + each for each in wanted))
    machines: dict[str, Machine] = {}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, ray_cluster.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"

        def free() -> tuple[int | None, ...]:
            machines.update((each.machine_id, each) for each in Comm.available_machines())
            return machines["any"].free, machines["a"].free

        until(lambda: free() == (3, 1), "what one instance left is free")
    finally:
        holder.communicate()
    assert machines["any"].problem is None
    assert machines["large.od"].free == 0
    assert machines["large.od"].problem is not None
    assert "it needs 64 CPUs; the largest node has 2 CPUs" in machines["large.od"].problem


def probes() -> list[psutil.Process]:
    """The probes that this process started."""
    return [
        child
        for child in psutil.Process().children()
        if "aibro.engines.ray.probe" in child.cmdline()
    ]
