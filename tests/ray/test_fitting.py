"""What of a machine a cluster has room for, and what is in the way, in words."""

from __future__ import annotations

from typing import Any

import pytest

from aibro.engines.ray.fitting import (
    Cluster,
    Node,
    NodeType,
    bundle_of,
    can_hold,
    free_instances,
    obstacle,
    shortage,
)
from aibro.machine_spec import MachineSpec

GIB = 2**30


def machine(**wanted: Any) -> MachineSpec:
    usual: dict[str, Any] = {"machine_id": "m", "engine": "ray", "cpus": 1}
    return MachineSpec(**usual | wanted)


def node(
    cpus: float = 4,
    gpus: float = 0,
    memory: float = 8 * GIB,
    *,
    free: dict[str, float] | None = None,
    alive: bool = True,
    **labels: str,
) -> Node:
    total = {"CPU": cpus, "GPU": gpus, "memory": memory}
    total = {name: amount for name, amount in total.items() if amount}
    return Node(
        node_id="n", alive=alive, total=total, available={**total, **(free or {})}, labels=labels
    )


def cluster(*nodes: Node, types: dict[str, dict[str, float]] | None = None) -> Cluster:
    kinds = [NodeType(name=name, total=total) for name, total in (types or {}).items()]
    return Cluster(nodes=list(nodes), types=kinds)


def test_an_instance_takes_what_its_machine_has() -> None:
    assert bundle_of(machine(cpus=2)) == {"CPU": 2}
    assert bundle_of(machine(cpus=2, gpus=1, memory_bytes=5)) == {"CPU": 2, "GPU": 1, "memory": 5}


@pytest.mark.parametrize(
    ("wanted", "times"),
    [
        ({"cpus": 1}, 6),
        ({"cpus": 2}, 3),
        ({"cpus": 3}, 1),
        ({"cpus": 1, "gpus": 1}, 2),
        ({"cpus": 1, "memory_bytes": 3 * GIB}, 4),
        ({"cpus": 1, "labels": {"zone": "a"}}, 4),
        ({"cpus": 1, "labels": {"zone": "a", "market": "spot"}}, 0),
        ({"cpus": 1, "gpus": 1, "labels": {"zone": "a"}}, 0),
    ],
)
def test_room_is_counted_node_by_node(wanted: dict[str, Any], times: int) -> None:
    has = cluster(node(4, zone="a"), node(2, 2, zone="b"), node(9, alive=False))
    assert free_instances(has, machine(**wanted)) == times


def test_what_is_in_use_is_no_free_instances() -> None:
    busy = cluster(node(4, free={"CPU": 1}), node(2, free={"CPU": 0}))
    assert free_instances(busy, machine(cpus=1)) == 1
    assert free_instances(busy, machine(cpus=2)) == 0


def test_a_tenth_that_is_ten_times_free_is_ten_tenths() -> None:
    assert free_instances(cluster(node(4, free={"CPU": 1 - 1e-9})), machine(cpus=1)) == 1


def test_capacity_bounds_the_free_instances() -> None:
    has = cluster(node(8))
    assert [free_instances(has, machine(capacity=3), used) for used in (0, 2, 3, 5)] == [3, 1, 0, 0]


def test_a_dead_node_holds_nothing() -> None:
    assert can_hold(node(), machine())
    assert not can_hold(node(alive=False), machine())


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"cpus": 64}, "it needs 64 CPUs; the largest node has 4 CPUs"),
        ({"cpus": 1, "gpus": 3}, "it needs 3 GPUs; the largest node has 2 GPUs"),
        (
            {"memory_bytes": 16 * GIB},
            "it needs 16 GiB of memory; the largest node has 8 GiB of memory",
        ),
        ({"cpus": 4, "gpus": 1}, "no single node has 4 CPUs and 1 GPU together"),
        ({"labels": {"zone": "c"}}, "no node is labelled zone=c; there is zone=a, zone=b"),
        ({"labels": {"rack": "1"}}, "no node is labelled rack=1"),
        ({"gpus": 1, "labels": {"zone": "a"}}, "it needs 1 GPU; the largest node has no GPUs"),
    ],
)
def test_what_can_never_be_had_says_why(wanted: dict[str, Any], said: str) -> None:
    has = cluster(node(4, zone="a"), node(1, 2, zone="b"))
    assert obstacle(has, machine(**wanted)) == said
    assert free_instances(has, machine(**wanted)) == 0


def test_a_busy_node_is_no_obstacle() -> None:
    has = cluster(node(4, free={"CPU": 0}))
    assert obstacle(has, machine()) is None
    assert shortage(has, machine()) == "it needs 1 CPU; the most that is free is no CPUs"
    assert shortage(cluster(node()), machine()) is None


def test_what_is_free_in_pieces_is_a_shortage() -> None:
    has = cluster(node(4, 1, free={"CPU": 0}), node(4, 1, free={"GPU": 0}))
    assert (
        shortage(has, machine(cpus=2, gpus=1))
        == "2 CPUs and 1 GPU are not free together on any node"
    )


def test_what_the_cluster_can_add_is_no_obstacle() -> None:
    has = cluster(node(4), types={"gpu": {"CPU": 16, "GPU": 1}})
    assert obstacle(has, machine(gpus=1, labels={"zone": "c"})) is None
    assert shortage(has, machine(gpus=1)) == "it waits for a node that the cluster can add"
    assert obstacle(has, machine(gpus=2)) == "it needs 2 GPUs; the largest node has 1 GPU"
    assert obstacle(cluster(), machine()) == "the cluster has no node"
