"""The machines that jobs can ask for."""

from __future__ import annotations

import os
from collections import Counter

from aibro.errors import UnknownMachine
from aibro.models import Machine, Market
from aibro.store import Store

LOCAL = "local.od"
"""This machine: on demand, as the ending says."""


def machines(store: Store) -> list[Machine]:
    """All known machines, this one first."""
    used = Counter(instance.machine_id for instance in store.instances.open().instances)
    return [
        Machine(
            machine_id=LOCAL,
            engine="local",
            market=market_of(LOCAL),
            cpus=os.cpu_count() or 1,
            memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            gpus=0,
            instances=used[LOCAL],
        )
    ]


def market_of(machine_id: str) -> Market:
    """A machine id is spot; with the ending ``.od`` it is on demand."""
    return Market.ON_DEMAND if machine_id.endswith(".od") else Market.SPOT


def find_machine(store: Store, machine_id: str) -> Machine:
    """The machine of that id.

    Raises:
        UnknownMachine: there is none; lists those there are.
    """
    known = machines(store)
    for machine in known:
        if machine.machine_id == machine_id:
            return machine
    ids = ", ".join(machine.machine_id for machine in known)
    raise UnknownMachine(
        f"There is no machine {str(machine_id)[:80]!r}. Known machines: {ids}.", "machine_ids"
    )
