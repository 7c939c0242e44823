"""1 GB of training data handed over to a node of a Ray cluster, compared with plain Ray."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from aibro.engines.base import Launch, Link
from aibro.engines.ray.engine import RayEngine
from aibro.home import home_folder
from aibro.machines.known import find_machine
from aibro.payloads.data import store_tree
from aibro.payloads.nesting import tree_names
from aibro.payloads.store import PayloadStore
from aibro.worker.protocol import Connected, Ready, SetUp
from bench.ray_bench import CLIENT, DIRECT, PlainRay, machines
from bench.result import Result, at_least_speed, result

SHAPE = (250_000, 1000)
RUNS = 3
OBJECT_STORE = 3 * 1024**3
LAUNCH_S = 120
TOUCHED = 1200 * 1024**2

Array = np.ndarray[Any, Any]


def measure(folder: Path) -> Iterator[Result]:
    """Measure the object store from a node of the cluster, then Ray Client."""
    with machines(home_folder(), object_store=OBJECT_STORE) as cluster:
        yield from _measure(folder, DIRECT, PlainRay(cluster, cluster.address))
        yield from _measure(folder, CLIENT, PlainRay(cluster, cluster.client_address))


def _measure(folder: Path, machine_id: str, plain: PlainRay) -> Iterator[Result]:
    """Alternate the ways; new data has never been on the node before."""
    rng = np.random.default_rng(list(machine_id.encode()))
    stores: list[float] = []
    sends: list[float] = []
    unchanged: list[float] = []
    bare: list[float] = []
    payloads = PayloadStore(folder / "payloads")
    with plain, _instance(folder, machine_id) as link:
        plain.seconds("make_array", *SHAPE)
        for _ in range(RUNS):
            bare.append(plain.seconds("put_and_get"))
            array = rng.random(SHAPE, np.float32)
            start = time.perf_counter()
            names = _store(payloads, array)
            stores.append(time.perf_counter() - start)
            os.sync()
            _touch_memory(folder)
            start = time.perf_counter()
            _send(link, payloads, names)
            sends.append(time.perf_counter() - start)
            start = time.perf_counter()
            _send(link, payloads, _store(payloads, array))
            unchanged.append(time.perf_counter() - start)
            for name in names:
                payloads.path(name).unlink()
    way = "Ray Client" if machine_id == CLIENT else "a Ray node"
    baseline = ("ray.put and ray.get on the node", bare)
    note = f"stored at home before, which took {sorted(stores)[len(stores) // 2]:.2f} s"
    yield result(
        f"1 GB from the disk into a node's cache, from {way}",
        "s",
        sends,
        at_least_speed(0.8),
        baseline,
        note=note,
    )
    yield result(
        f"1 GB that has not changed, from memory, from {way}",
        "s",
        unchanged,
        at_least_speed(10),
        baseline,
    )


def _touch_memory(folder: Path) -> None:
    """Touch as much memory as the node's file needs, so that the host has provided it.

    In a virtual machine that can take longer than what is measured. Plain Ray reuses its memory.
    """
    zeros = bytes(1 << 24)
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(TOUCHED // len(zeros)):
            file.write(zeros)


def _send(link: Link, payloads: PayloadStore, names: list[str]) -> None:
    link.send(payloads.folder, names, lambda: None)


def _store(payloads: PayloadStore, array: Array) -> list[str]:
    return list(tree_names(store_tree(payloads, "train_X", array)))


@contextmanager
def _instance(folder: Path, machine_id: str) -> Iterator[Link]:
    """Start an instance and drive it as a runner would."""
    launch = Launch(
        instance_id=f"bench-{machine_id}",
        folder=home_folder() / "instances" / f"bench-{machine_id}",
        interpreter=sys.executable,
        backend=os.environ.get("KERAS_BACKEND", "tensorflow"),
        deterministic=False,
    )
    launch.folder.mkdir(parents=True)
    machine = find_machine(home_folder(), machine_id)
    link = RayEngine().request(machine, launch, lambda: None, lambda _: None, lambda: None).launch()
    try:
        _until(link, Connected)
        link.set_up(SetUp(job_id="bench", working_directory=str(folder), log=str(folder / "log")))
        _until(link, Ready)
        yield link
    finally:
        link.release()


def _until(link: Link, kind: type[object]) -> None:
    deadline = time.monotonic() + LAUNCH_S
    while not isinstance(link.receive(0.1), kind):
        if time.monotonic() > deadline:
            raise RuntimeError(f"the instance never was {kind.__name__}")
