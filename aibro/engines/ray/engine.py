"""Instances on a Ray cluster, each driven by a bridge on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aibro.engines.base import Fit, Snapshot
from aibro.engines.bridged.engine import BridgedEngine
from aibro.engines.bridged.messages import LaunchOrder
from aibro.engines.bridged.placement import Placement
from aibro.engines.entries import Entry
from aibro.engines.ray.entries import RAY_ENTRIES
from aibro.engines.ray.fitting import ClusterSnapshot, free_instances, obstacle
from aibro.engines.ray.probe import probe
from aibro.machine_spec import MachineSpec


class RayEngine(BridgedEngine):
    """A Ray cluster."""

    name = "ray"

    def describe(self) -> Mapping[str, Entry]:
        """See `Engine.describe`."""
        return RAY_ENTRIES

    def look(self, address: str, within_s: float, stop: Callable[[], None]) -> Snapshot:
        """See `Engine.look`."""
        return probe(address, within_s, stop)

    def fits(self, machine: MachineSpec, snapshot: Snapshot, in_use: int) -> Fit:
        """See `Engine.fits`."""
        cluster = snapshot.cluster if isinstance(snapshot, ClusterSnapshot) else None
        if cluster is None:
            return Fit()
        return Fit(
            free=free_instances(cluster, machine, in_use), obstacle=obstacle(cluster, machine)
        )

    def placement(self, machine: MachineSpec, order: LaunchOrder) -> Placement:
        """See `BridgedEngine.placement`."""
        from aibro.engines.ray.placement import RayPlacement

        return RayPlacement(machine, order)
