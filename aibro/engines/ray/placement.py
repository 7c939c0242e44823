"""A place on the cluster: a placement group is the request, an actor in it the instance."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aibro.engines.base import Impossible, NoInstance, Preempted
from aibro.engines.bridged.placement import AgentConnection, Placement
from aibro.engines.ray.actor import ActorConnection, RayAgent
from aibro.engines.ray.cluster import ClusterUnreachable, connect, read_cluster
from aibro.engines.ray.diagnosis import error_line
from aibro.engines.ray.fitting import bundle_of, obstacle, shortage
from aibro.machine_spec import MachineSpec

LOOK_S = 1.0
RETRY_S = 2.0
AVOID_S = 30.0
"""For so long a node that was lost is not asked: Ray may still take it for alive."""
NODE_LABEL = "ray.io/node-id"
"""Ray labels every node with its id."""
NEVER_S = 3.0
"""A cluster in which no node could ever hold the machine gets this long to show one."""
START_S = 600.0
"""Preparing the environment, as installing packages or pulling an image, may take that long."""
ITS_OWN_ERROR = "creation task"
"""What Ray says of an actor that died of an error in its own code."""
CALLS = 16
"""Calls of the bridge that an agent answers at the same time."""
NEEDED = ["cloudpickle", "msgspec", "numpy", "psutil", "xxhash"]
"""What AIbro's own code needs on a node whose packages the machine names."""


class RayPlacement(Placement):
    """A place on a Ray cluster. It belongs to the bridge: Ray removes it when that is gone."""

    _group: Any = None
    _actor: Any = None

    def wait(
        self,
        say: Callable[[str], None],
        reached: Callable[[], None],
        *,
        wait_for_capacity: bool,
        avoid: list[str],
    ) -> tuple[float, float]:
        """See `Placement.wait`."""
        machine = self.machine
        say(f"Connecting to the cluster at {machine.address}")
        self._connect(say, reached, wait_for_capacity)
        from ray.exceptions import RayError

        start = time.time()
        try:
            self._ask(avoid)
            self._wait(say, wait_for_capacity, avoid)
        except RayError as error:
            raise NoInstance(
                f"the cluster at {machine.address} does not give a place: {error_line(error)}"
            ) from error
        return start, time.time()

    def _connect(
        self, say: Callable[[str], None], reached: Callable[[], None], wait_for_capacity: bool
    ) -> None:
        while True:
            try:
                connect(self.machine.address, runtime_env=_code())
            except ClusterUnreachable as error:
                # Its head may be the very machine that was lost, and come back.
                if not wait_for_capacity:
                    raise
                reached()
                say(f"Waiting for the cluster: {error}")
                time.sleep(RETRY_S)
            else:
                reached()
                return

    def _ask(self, avoid: list[str]) -> None:
        from ray.util.placement_group import placement_group

        machine = self.machine
        labels = dict(machine.labels)
        if avoid:
            labels[NODE_LABEL] = f"!in({','.join(avoid)})"
        self._group = placement_group(
            [bundle_of(machine)],
            strategy="STRICT_PACK",
            name=self._order.instance_id,
            bundle_label_selector=[labels] if labels else None,
        )

    def _wait(self, say: Callable[[str], None], wait_for_capacity: bool, avoid: list[str]) -> None:
        from ray.util.placement_group import remove_placement_group

        machine = self.machine
        said, never_since = "", time.monotonic()
        avoided_until = time.monotonic() + AVOID_S
        while not self._group.wait(LOOK_S):
            if avoid and time.monotonic() > avoided_until:
                # By now Ray knows which nodes are gone; those that are there count again.
                remove_placement_group(self._group)
                avoid = []
                self._ask(avoid)
                continue
            there = read_cluster(machine.address)
            never = obstacle(there, machine)
            if never is None or wait_for_capacity:
                never_since = time.monotonic()
            elif time.monotonic() - never_since > NEVER_S:
                raise Impossible(never)
            reason = never or shortage(there, machine) or "it prepares a place"
            state = f"Waiting for the cluster: {reason}"
            if state != said:
                say(state)
                said = state

    def start(self) -> AgentConnection:
        """See `Placement.start`."""
        import ray
        from ray.exceptions import RayActorError, RayError
        from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

        machine = self.machine
        needs = bundle_of(machine)
        actor = ray.remote(RayAgent).options(
            name=self._order.instance_id,
            num_cpus=needs.get("CPU", 0),
            num_gpus=needs.get("GPU", 0),
            memory=needs.get("memory"),
            max_concurrency=CALLS,
            max_restarts=0,
            scheduling_strategy=PlacementGroupSchedulingStrategy(
                placement_group=self._group, placement_group_bundle_index=0
            ),
            runtime_env=_environment(machine),
        )
        node = self._node()
        try:
            self._actor = actor.remote(self._order)
            answer = self._actor.where.remote()
            deadline = time.monotonic() + START_S
            while not ray.wait([answer], timeout=LOOK_S)[0]:
                # Ray itself may wait for a minute until it says so.
                if not _is_alive(node):
                    raise Preempted("its node is gone", node)
                if time.monotonic() > deadline:
                    raise NoInstance(
                        f"the instance did not start within {START_S:g} s on the cluster at "
                        f"{machine.address}"
                    )
            return ActorConnection(self._actor, str(ray.get(answer)))
        except RayActorError as error:
            if ITS_OWN_ERROR not in str(error):
                raise Preempted("its node is gone", node) from error
            raise NoInstance(f"the instance did not start: {error_line(error)}") from error
        except (RayError, ValueError) as error:
            raise NoInstance(f"the instance did not start: {error_line(error)}") from error

    def _node(self) -> str:
        """Ray's id of the node where the place is."""
        from ray.util import placement_group_table

        return str(placement_group_table(self._group)["bundles_to_node_id"][0])

    def remove(self) -> None:
        """See `Placement.remove`."""
        import ray
        from ray.util.placement_group import remove_placement_group

        with contextlib.suppress(Exception):
            if self._actor is not None:
                ray.kill(self._actor)
        with contextlib.suppress(Exception):
            if self._group is not None:
                remove_placement_group(self._group)
        # Over Ray Client the cluster hears of a driver's end only when it says so.
        with contextlib.suppress(Exception):
            ray.shutdown()


def _is_alive(node_id: str) -> bool:
    import ray

    return any(node["Alive"] for node in ray.nodes() if node["NodeID"] == node_id)


def _code() -> dict[str, Any]:
    """AIbro's own Python code, which Ray brings to the nodes, once for each version of it."""
    return {
        "py_modules": [str(Path(__file__).parents[2])],
        "excludes": ["labextension", "__pycache__"],
    }


def _environment(machine: MachineSpec) -> dict[str, Any] | None:
    if machine.image is not None:
        return {"image_uri": machine.image}
    if machine.pip:
        return {"pip": [*machine.pip, *NEEDED]}
    return None
