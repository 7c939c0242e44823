"""Addresses of clusters, as machines.toml has them."""

from __future__ import annotations

import re
from typing import NamedTuple

AUTO = "auto"
"""The cluster of which this machine is a node."""
CLIENT = "ray://"
"""How an address of Ray Client begins: of a cluster of which this machine need not be a node."""
EXAMPLES = (
    '"ray://host:10001" (Ray Client), "host:6379" (this machine is a node of that cluster) or '
    '"auto" (the cluster of this machine)'
)
_ADDRESS = re.compile(r"(?P<client>ray://)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+):(?P<port>\d{1,5})")
_MAX_PORT = 65535


class Address(NamedTuple):
    """Where a cluster is reached."""

    client: bool
    """By Ray Client; else this machine is a node of the cluster."""
    host: str
    port: int

    @property
    def target(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Nobody but this machine reaches it."""
        return self.host in {"localhost", "[::1]"} or self.host.startswith("127.")


def parse_address(text: str) -> Address | None:
    """The address, or ``None`` when it is none; `AUTO` is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found["port"]) <= _MAX_PORT:
        return None
    return Address(found["client"] is not None, found["host"], int(found["port"]))
