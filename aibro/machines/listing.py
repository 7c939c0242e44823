"""The machines as people see them: what each has, what is free, how it went so far."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from aibro.engines import engine
from aibro.engines.base import Snapshot
from aibro.errors import BadInput
from aibro.home import read_settings
from aibro.machine_spec import LOCAL, ClusterId, MachineSpec
from aibro.machines.clusters import ANSWER_S, Clusters
from aibro.machines.file import described_machines
from aibro.machines.known import local_machine
from aibro.models import InstanceStatus, Machine, MachineList
from aibro.store import Store
from aibro.store.requests import NONE_YET, Experience


def described_clusters(home: Path) -> list[ClusterId]:
    """Where the described machines are asked for; none when machines.toml is not right."""
    try:
        return _clusters_of(described_machines(home))
    except BadInput:
        return []


def _clusters_of(machines: list[MachineSpec]) -> list[ClusterId]:
    return list(dict.fromkeys(machine.cluster for machine in machines))


def ask_machines(store: Store, within_s: float = ANSWER_S) -> list[Machine]:
    """All known machines, with what their clusters say now.

    Args:
        within_s: how long the clusters may take, all together.

    Raises:
        BadInput: machines.toml is not right; says where, and what to do.
    """
    from concurrent.futures import wait

    described = _clusters_of(described_machines(store.home))
    with Clusters() as clusters:
        wait(clusters.ask(described), within_s)
        snapshots = clusters.known()
    for cluster in described:
        snapshots.setdefault(
            cluster,
            Snapshot(
                problem=f"The cluster at {cluster.address} did not say within {within_s:g} s what "
                "it has. Ask again; it may be overloaded."
            ),
        )
    return list_machines(store, snapshots).machines


def list_machines(store: Store, snapshots: Mapping[ClusterId, Snapshot]) -> MachineList:
    """All known machines, this one first.

    Args:
        snapshots: what the looks at their clusters showed.
    """
    problems = []
    described: list[MachineSpec] = []
    try:
        described = described_machines(store.home)
    except BadInput as error:
        problems.append(error.message)
    instances = store.instances.open().instances
    left: int | None = None
    try:
        most = read_settings(store.home).max_active_instances
    except BadInput as error:
        problems.append(error.message)
    else:
        # Those that only cool make room.
        busy = sum(instance.status is not InstanceStatus.COOLING for instance in instances)
        left = max(most - busy, 0)
    used = Counter(instance.machine_id for instance in instances)
    experience = store.requests.experience()
    return MachineList(
        machines=[
            _shown(
                machine,
                snapshots.get(machine.cluster),
                used[machine.machine_id],
                left,
                experience.get(machine.machine_id, NONE_YET),
            )
            for machine in (local_machine(), *described)
        ],
        problem=" ".join(problems) or None,
        now=time.time(),
    )


def _shown(
    machine: MachineSpec,
    snapshot: Snapshot | None,
    used: int,
    left: int | None,
    experience: Experience,
) -> Machine:
    """One machine.

    Args:
        left: how many instances the settings leave room for.
    """
    if machine.machine_id == LOCAL:
        free, problem = left, None
    else:
        free, problem = _free(machine, snapshot, used)
    return Machine(
        machine_id=machine.machine_id,
        engine=machine.engine,
        market=machine.market,
        cpus=machine.cpus,
        memory_bytes=machine.memory_bytes,
        gpus=machine.gpus,
        labels=machine.labels,
        price_per_hour=machine.price_per_hour,
        capacity=machine.capacity,
        instances=used,
        free=free if free is None or left is None else min(free, left),
        problem=problem,
        requests=experience.requests,
        availability=experience.availability,
        usual_wait_s=experience.usual_wait_s,
    )


def _free(
    machine: MachineSpec, snapshot: Snapshot | None, used: int
) -> tuple[int | None, str | None]:
    """How many more instances its cluster could start now, and why none ever can be had."""
    if snapshot is None or snapshot.problem is not None:
        return None, snapshot.problem if snapshot is not None else None
    fit = engine(machine.engine).fits(machine, snapshot, used)
    if fit.obstacle is None:
        return fit.free, None
    return 0, (
        f"It can never be had at {machine.address}: {fit.obstacle}. Change it in machines.toml."
    )
