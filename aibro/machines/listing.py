"""The machines as people see them: what each has, what is in use, how it went so far."""

from __future__ import annotations

import time
from collections import Counter

from aibro.machines.known import known_machines
from aibro.machines.spec import MachineSpec
from aibro.models import Machine, MachineList
from aibro.store import Store


def list_machines(store: Store) -> MachineList:
    """All known machines, this one first."""
    used = Counter(instance.machine_id for instance in store.instances.open().instances)
    return MachineList(
        machines=[
            _shown(machine, used[machine.machine_id]) for machine in known_machines(store.home)
        ],
        problem=None,
        now=time.time(),
    )


def _shown(machine: MachineSpec, instances: int) -> Machine:
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
        instances=instances,
        free=None,
        problem=None,
        requests=0,
        availability=None,
        usual_wait_s=None,
    )
