"""What a cluster has now, asked by a process of its own.

Kernel and server never import Ray: what it breaks, and how long it takes, is that process's.
``python -m aibro.engines.ray.probe ADDRESS`` prints one `ClusterSnapshot` as JSON. It ends with
whoever started it: when its standard input does.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec

import msgspec

from aibro.engines.ray.cluster import ClusterUnreachable, connect, read_cluster
from aibro.engines.ray.fitting import ClusterSnapshot

STOP_S = 0.05
"""How often the process that waits for the answer asks whether it is still wanted."""


# --- in the process that asks -------------------------------------------------------------------


def probe(address: str, within_s: float, stop: Callable[[], None]) -> ClusterSnapshot:
    """See `Engine.look`."""
    ray = find_spec("ray")
    if ray is None or ray.origin is None:
        return ClusterSnapshot(
            problem="What is free cannot be seen without Ray. Run "
            f'pip install "jupyterlab-aibro[ray]" in the environment of {sys.prefix}.'
        )
    stop()
    process = subprocess.Popen(
        [sys.executable, "-m", "aibro.engines.ray.probe", address],
        # Held open: the process ends with whoever has the other end.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A notebook's folder may hold modules of any name.
        cwd="/",
        start_new_session=True,
    )
    assert process.stdin is not None
    stdin, process.stdin = process.stdin, None  # `communicate` would close it.
    with stdin:
        try:
            answer, said = _answer_of(process, within_s, stop)
        except subprocess.TimeoutExpired:
            return ClusterSnapshot(
                problem=f"The Ray cluster at {address} did not say within {within_s:g} s "
                "what it has. It may be overloaded: see `ray status` on its head."
            )
    with contextlib.suppress(msgspec.MsgspecError):
        return msgspec.json.decode(answer, type=ClusterSnapshot)
    last = said.decode(errors="replace").strip().splitlines()[-1:]
    return ClusterSnapshot(
        problem=f"The Ray cluster at {address} cannot be looked at: {''.join(last)}"
    )


def _answer_of(
    process: subprocess.Popen[bytes], within_s: float, stop: Callable[[], None]
) -> tuple[bytes, bytes]:
    """What the process printed until it ended; it is killed when it shall not go on."""
    deadline = time.monotonic() + within_s
    try:
        while True:
            stop()
            try:
                return process.communicate(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                if time.monotonic() > deadline:
                    raise
    finally:
        if process.returncode is None:
            process.kill()
            process.communicate()


# --- in the process that is started -------------------------------------------------------------


def main() -> None:
    """Answer on what was standard output; whatever Ray prints goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        threading.Thread(target=_end_with_starter, daemon=True).start()
        answer.write(msgspec.json.encode(take_snapshot(sys.argv[1])))
    # Ray may still be trying in a thread, which would keep the process alive.
    os._exit(0)


def take_snapshot(address: str) -> ClusterSnapshot:
    """What the cluster has, or what is in the way of seeing it."""
    try:
        connect(address)
        snapshot = ClusterSnapshot(cluster=read_cluster(address))
        _leave()
    except ClusterUnreachable as error:
        return ClusterSnapshot(problem=str(error))
    return snapshot


def _leave() -> None:
    # The cluster would else keep this driver until it misses it.
    import ray

    ray.shutdown()


def _end_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
