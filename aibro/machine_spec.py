"""The description of a machine, as read from machines.toml and used by engines and the store."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from aibro.models import Market, Record

LOCAL = "local.od"
"""The id of this computer as a machine; the ending says that it is on demand."""

ON_DEMAND = ".od"
"""The ending of the ids of on-demand machines."""


class ClusterId(NamedTuple):
    """Identifies a cluster."""

    engine: str
    address: str
    """The address in machines.toml."""


class MachineSpec(Record, frozen=True):
    """A machine that jobs can request: this computer, or an entry of machines.toml."""

    machine_id: str
    engine: str
    cpus: int
    gpus: int = 0
    memory_bytes: int | None = None
    """How much memory an instance requests; ``None`` requests no particular amount."""
    address: str = ""
    """The address of the cluster, in the form that the engine uses."""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    """The labels that a node must have."""
    price_per_hour: float | None = None
    """As written in machines.toml; the user decides which currency it is in."""
    capacity: int | None = None
    """The most instances of it at the same time; ``None`` leaves the limit to the engine."""
    pip: list[str] = msgspec.field(default_factory=list)
    """The packages to install for its instances, as pip requirements."""
    image: str | None = None
    """The container image in which its instances run."""
    transfer: str | None = None
    """The URL (fsspec) of a file system that both this computer and the cluster can access."""

    @property
    def cluster(self) -> ClusterId:
        """The cluster that the machine belongs to."""
        return ClusterId(self.engine, self.address)

    @property
    def market(self) -> Market:
        """On demand if the machine id ends in ``.od``, otherwise spot."""
        return market_of(self.machine_id)


def market_of(machine_id: str) -> Market:
    """The market that a machine id stands for.

    >>> print(market_of("a100.od"), market_of("a100"))
    on-demand spot
    """
    return Market.ON_DEMAND if machine_id.endswith(ON_DEMAND) else Market.SPOT
