"""What a machine is: as machines.toml describes it, as engines need it, as the store counts it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from aibro.models import Market, Record

LOCAL = "local.od"
"""This machine: on demand, as the ending says."""

ON_DEMAND = ".od"
"""How the id of an on-demand machine ends."""


class ClusterId(NamedTuple):
    """Names a cluster."""

    engine: str
    address: str
    """As machines.toml has it."""


class MachineSpec(Record, frozen=True):
    """A kind of machine that jobs can ask for: this one, or an entry of machines.toml."""

    machine_id: str
    engine: str
    cpus: int
    gpus: int = 0
    memory_bytes: int | None = None
    """``None`` asks for none in particular."""
    address: str = ""
    """Of the cluster, as its engine has it."""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    """What a node has to be labelled with."""
    price_per_hour: float | None = None
    capacity: int | None = None
    """The most instances of it at a time; ``None`` leaves that to its engine."""
    pip: list[str] = msgspec.field(default_factory=list)
    """Packages that are installed for its instances."""
    image: str | None = None
    """The container image that its instances run in."""
    transfer: str | None = None
    """URL (fsspec) of a file system that this machine and the cluster both see."""

    @property
    def cluster(self) -> ClusterId:
        """Where it is asked for."""
        return ClusterId(self.engine, self.address)

    @property
    def market(self) -> Market:
        """A machine id is spot; with the ending ``.od`` it is on demand."""
        return market_of(self.machine_id)


def market_of(machine_id: str) -> Market:
    """The market of a machine id."""
    return Market.ON_DEMAND if machine_id.endswith(ON_DEMAND) else Market.SPOT
