"""Which machines there are, by their ids."""

from __future__ import annotations

import os
from pathlib import Path

from aibro.errors import UnknownMachine
from aibro.machine_spec import LOCAL, MachineSpec
from aibro.machines.file import described_machines


def known_machines(home: Path) -> list[MachineSpec]:
    """All machines, this one first.

    Args:
        home: the state folder.

    Raises:
        BadInput: machines.toml is not right; says where, and what to do.
    """
    return [local_machine(), *described_machines(home)]


def local_machine() -> MachineSpec:
    """This machine."""
    return MachineSpec(
        machine_id=LOCAL,
        engine="local",
        cpus=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    )


def find_machine(home: Path, machine_id: str) -> MachineSpec:
    """The machine of that id. This one is found whatever is in machines.toml.

    Example:
        ``find_machine(home_folder(), "gpu.l4").cpus``

    Raises:
        UnknownMachine: there is none; lists those there are.
        BadInput: machines.toml is not right; says where, and what to do.
    """
    if machine_id == LOCAL:
        return local_machine()
    known = known_machines(home)
    for machine in known:
        if machine.machine_id == machine_id:
            return machine
    ids = ", ".join(machine.machine_id for machine in known)
    raise UnknownMachine(
        f"There is no machine {str(machine_id)[:80]!r}. Known machines: {ids}.", "machine_ids"
    )
