"""Ray's Client server, for one of several clusters on a machine: ``... <first port> <options>``.

For every client it starts a server of its own, and Ray's takes the first free port from 23000 on:
two clusters that do so at the same moment take the same.
"""

from __future__ import annotations

import sys

from ray.util.client.server import proxier, server

PORTS = 50

if __name__ == "__main__":
    first = int(sys.argv.pop(1))
    proxier.MIN_SPECIFIC_SERVER_PORT = first
    proxier.MAX_SPECIFIC_SERVER_PORT = first + PORTS
    server.main()
