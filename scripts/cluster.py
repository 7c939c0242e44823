"""What ``npm run cluster`` does once all is set up.

Starts the tests' own Ray cluster, describes its nodes in machines.toml, tells what to do with it,
and takes everything away at the end.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import xxhash

from aibro.home import home_folder
from aibro.machines.file import FILE
from tests.ray.cluster import ClusterFailed, RayCluster
from tests.ray.nodes import HEAD

_LOOKS_EVERY_S = 2.0
_WRITTEN_BY = "# Written by `npm run cluster`, process "
_MACHINES = """\
# It is taken away when that ends; one that was changed is kept.

[[machine]]
id = "trial"          # spot: the node may be lost
engine = "ray"
address = "{address}"
cpus = 1
memory = "1 GiB"
labels = {{ market = "spot" }}
price_per_hour = 0.10

[[machine]]
id = "trial.od"       # on demand
engine = "ray"
address = "{address}"
cpus = 1
memory = "1 GiB"
labels = {{ market = "on-demand" }}
price_per_hour = 0.30
"""
_EXAMPLE = """\
import aibro, keras, numpy as np
X, y = np.random.rand(2000, 20), np.random.randint(0, 2, 2000)
model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy")
aibro.Training.online_fit(model, X, y, machine_ids=["trial", "trial.od"], epochs=5)"""


class MachinesFile:
    """The cluster's machines in ``machines.toml``, or in a file beside the user's own one.

    Args:
        home: the state folder.
        address: the cluster's address.
    """

    def __init__(self, home: Path, address: str) -> None:
        body = _MACHINES.format(address=address)
        digest = xxhash.xxh3_64_hexdigest(body.encode())
        self._content = f"{_WRITTEN_BY}{os.getpid()} ({digest}).\n{body}"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = home / FILE
        if _left_behind(self.path):
            self.path.unlink()
        try:
            self._write()
        except FileExistsError:
            self.path = home / f"machines-{os.getpid()}.toml"
            self._write()

    @property
    def in_use(self) -> bool:
        """Whether AIbro reads this file."""
        return self.path.name == FILE

    def _write(self) -> None:
        with self.path.open("x") as file:  # Never overwrite an existing file.
            file.write(self._content)

    def remove(self) -> bool:
        """Delete the file unless it was changed; return whether it no longer exists."""
        try:
            if self.path.read_text() != self._content:
                return False
            self.path.unlink()
        except FileNotFoundError:
            pass
        return True


def _left_behind(path: Path) -> bool:
    """Whether an earlier, killed run of this command wrote the file and nobody changed it since."""
    try:
        first, _, body = path.read_text().partition("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    words = first.removeprefix(_WRITTEN_BY).split()
    if not first.startswith(_WRITTEN_BY) or len(words) != 2 or not words[0].isdigit():
        return False
    if words[1] != f"({xxhash.xxh3_64_hexdigest(body.encode())}).":
        return False
    try:
        return "scripts.cluster" not in psutil.Process(int(words[0])).cmdline()
    except psutil.Error:
        return True


def explain(cluster: RayCluster, machines: MachinesFile) -> None:
    """Print how to use the cluster."""
    settings = " ".join(f"{name}={value}" for name, value in cluster.environment.items())
    pids = ", ".join(
        f"{name} is process {process.pid}"
        for name in cluster.alive()
        for process in cluster.processes(name)
        if process.name() == "raylet"
    )
    print(f"\nA Ray cluster is up at {cluster.address} (Ray Client: {cluster.client_address}).")
    if machines.in_use:
        print(f'Its machines "trial" and "trial.od" are described in {machines.path}.')
    else:
        print(
            f'You have a {FILE} of your own, which stays as it is. The machines "trial" and '
            f'"trial.od" are described in {machines.path}: copy them from there into yours.'
        )
    home = f"AIBRO_HOME={os.environ['AIBRO_HOME']} " if os.environ.get("AIBRO_HOME") else ""
    print("\nIn another terminal, start JupyterLab, or Python, with the cluster's token:\n")
    print(f"  {home}{settings} .venv/bin/jupyter lab\n")
    print("and in a notebook:\n")
    print("\n".join(f"  {line}" for line in _EXAMPLE.splitlines()))
    print(f"\nTo see a machine being lost, end its node with kill -9: {pids}.")
    print("Ctrl+C takes the cluster away.", flush=True)


def _command() -> list[psutil.Process]:
    """Return the processes that the user started: npm, and all between npm and this process."""
    above = psutil.Process().parents()
    for number, process in enumerate(above, 1):
        if process.name().startswith("npm"):
            return above[:number]
    return above[:1]


def wait(cluster: RayCluster, over: threading.Event) -> int:
    """Wait until the cluster ends, and report lost nodes meanwhile; return the exit code."""
    command = _command()
    told: set[str] = set()
    while not over.wait(_LOOKS_EVERY_S):
        if not all(process.is_running() for process in command):
            return 1  # The command was killed, so nobody is left to stop this process.
        lost = set(cluster.lost())
        if HEAD in lost:
            print("The head of the cluster has ended, so all of it does.", file=sys.stderr)
            return 1
        for name in sorted(lost - told):
            print(f"Node {name} is gone; the cluster goes on without it.", flush=True)
        told |= lost
    return 0


def offer(cluster: RayCluster, over: threading.Event) -> int:
    """Describe the cluster's machines to AIbro while the cluster runs; return the exit code."""
    machines = MachinesFile(home_folder(), cluster.address)
    try:
        if not over.is_set():
            explain(cluster, machines)
        return wait(cluster, over)
    finally:
        if not machines.remove():
            print(f"{machines.path} was changed and stays: remove it when you need it no more.")


def main() -> int:
    """Run the cluster until Ctrl+C."""
    argparse.ArgumentParser("npm run cluster", description=__doc__).parse_args()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    print("Starting a Ray cluster of a head and two nodes ...", flush=True)
    try:
        with RayCluster() as cluster:
            code = offer(cluster, over)
            print("\nTaking the cluster away ...", flush=True)
    except ClusterFailed as error:
        print(f"The cluster has failed: {error}", file=sys.stderr)
        code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
