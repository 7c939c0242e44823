"""What a cluster has now, asked by a process of its own.

``python -m aibro.engines.ray.probe ADDRESS`` prints one `Seen` as JSON. Kernel and server never
import Ray: what it breaks, and how long it takes, is this process's. It ends with whoever started
it: when its standard input does.
"""

from __future__ import annotations

import os
import sys
import threading

import msgspec

from aibro.engines.ray.cluster import ClusterUnreachable, connect, read_cluster
from aibro.engines.ray.fitting import Seen


def main() -> None:
    """Answer on what was standard output; whatever Ray prints goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        threading.Thread(target=_end_with_starter, daemon=True).start()
        answer.write(msgspec.json.encode(look(sys.argv[1])))
    # Ray may still be trying in a thread, which would keep the process alive.
    os._exit(0)


def look(address: str) -> Seen:
    """What the cluster has, or what is in the way of seeing it."""
    try:
        connect(address)
        seen = Seen(cluster=read_cluster(address))
        _leave()
    except ClusterUnreachable as error:
        return Seen(problem=str(error))
    return seen


def _leave() -> None:
    # The cluster would else keep this driver until it misses it.
    import ray

    ray.shutdown()


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
