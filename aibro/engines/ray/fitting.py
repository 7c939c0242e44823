"""Which nodes of a cluster can hold a machine: arithmetic, without Ray."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aibro.engines.base import Snapshot
from aibro.machine_spec import MachineSpec
from aibro.models import Record

_GIB = 1024**3
_MANY = 10**6
"""How often what needs nothing of a node fits on it: without end, in effect."""


class Node(Record, frozen=True):
    """A node of a cluster."""

    node_id: str
    alive: bool
    total: dict[str, float]
    """Its resources as Ray names them: ``CPU``, ``GPU``, ``memory`` in bytes."""
    available: dict[str, float]
    """What of that nobody has now."""
    labels: dict[str, str]


class NodeType(Record, frozen=True):
    """A kind of node that the cluster's autoscaler can add."""

    name: str
    total: dict[str, float]


class Cluster(Record, frozen=True):
    """What a cluster has."""

    nodes: list[Node]
    types: list[NodeType]
    """Empty where nothing adds nodes, or does not tell which."""


class ClusterSnapshot(Snapshot, frozen=True):
    """What a look at a Ray cluster showed."""

    cluster: Cluster | None = None
    """``None`` when there was a problem."""


def bundle_of(machine: MachineSpec) -> dict[str, float]:
    """What an instance takes of its node."""
    bundle: dict[str, float] = {"CPU": machine.cpus}
    if machine.gpus:
        bundle["GPU"] = machine.gpus
    if machine.memory_bytes is not None:
        bundle["memory"] = machine.memory_bytes
    return bundle


def can_hold(node: Node, machine: MachineSpec) -> bool:
    """Whether the node, with nothing else on it, holds an instance."""
    return node.alive and _labelled(node, machine) and _how_often(node.total, machine) > 0


def free_instances(cluster: Cluster, machine: MachineSpec, in_use: int = 0) -> int:
    """How many more instances could start right now.

    Args:
        in_use: instances of the machine that there are, for its ``capacity``.
    """
    fitting = sum(
        _how_often(node.available, machine) for node in cluster.nodes if can_hold(node, machine)
    )
    if machine.capacity is None:
        return fitting
    return max(min(fitting, machine.capacity - in_use), 0)


def obstacle(cluster: Cluster, machine: MachineSpec) -> str | None:
    """Why the cluster can never hold an instance; ``None`` when it can."""
    if any(can_hold(node, machine) for node in cluster.nodes) or any(
        # Which labels they will have, the autoscaler does not tell.
        _how_often(kind.total, machine) > 0
        for kind in cluster.types
    ):
        return None
    alive = [node for node in cluster.nodes if node.alive]
    if not alive and not cluster.types:
        return "the cluster has no node"
    labelled = [node for node in alive if _labelled(node, machine)]
    if not labelled and not cluster.types:
        return _missing_label(alive, machine)
    totals = [node.total for node in labelled] + [kind.total for kind in cluster.types]
    return _lacking(totals, machine, "the largest node has") or (
        f"no single node has {_in_words(bundle_of(machine))} together"
    )


def shortage(cluster: Cluster, machine: MachineSpec) -> str | None:
    """Why no node has room for an instance now; ``None`` when one has, or none ever can."""
    holding = [node for node in cluster.nodes if can_hold(node, machine)]
    if any(_how_often(node.available, machine) for node in holding):
        return None
    if not holding:
        return "it waits for a node that the cluster can add" if cluster.types else None
    return _lacking([node.available for node in holding], machine, "the most that is free is") or (
        f"{_in_words(bundle_of(machine))} are not free together on any node"
    )


def _labelled(node: Node, machine: MachineSpec) -> bool:
    return machine.labels.items() <= node.labels.items()


def _how_often(has: Mapping[str, float], machine: MachineSpec) -> int:
    # Ray counts to four digits after the point.
    fits = (
        int((has.get(name, 0) + 1e-4) // need)
        for name, need in bundle_of(machine).items()
        if need > 0
    )
    return min(fits, default=_MANY)


def _lacking(all_have: Iterable[Mapping[str, float]], machine: MachineSpec, most: str) -> str:
    all_have = list(all_have)
    for name, need in bundle_of(machine).items():
        has = max((one.get(name, 0) for one in all_have), default=0)
        if has < need:
            return f"it needs {_WORDS[name](need)}; {most} {_WORDS[name](has)}"
    return ""


def _missing_label(nodes: Iterable[Node], machine: MachineSpec) -> str:
    wanted = ", ".join(f"{key}={value}" for key, value in sorted(machine.labels.items()))
    there = sorted(
        {
            f"{key}={node.labels[key]}"
            for node in nodes
            for key in machine.labels.keys() & node.labels
        }
    )
    others = f"; there is {', '.join(there)}" if there else ""
    return f"no node is labelled {wanted}{others}"


def _in_words(bundle: Mapping[str, float]) -> str:
    return " and ".join(_WORDS[name](amount) for name, amount in bundle.items())


def _counted(unit: str) -> Callable[[float], str]:
    def words(amount: float) -> str:
        shown = f"{amount:g}" if amount else "no"
        return f"{shown} {unit}{'' if amount == 1 else 's'}"

    return words


def _memory(amount: float) -> str:
    return f"{round(amount / _GIB, 1):g} GiB of memory"


_WORDS: Mapping[str, Callable[[float], str]] = {
    "CPU": _counted("CPU"),
    "GPU": _counted("GPU"),
    "memory": _memory,
}
