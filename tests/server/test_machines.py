"""The route of the machines: it answers at once, or waits for their clusters, and blocks nobody."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from aibro.models import Machine, MachineList
from aibro.server.extension import AibroExtension
from aibro.store import Store
from tests.machines.support import ON_DEMAND, SPOT, describe

from .support import Api, conforms, route_of, until

ROUTE = ("GET", "machines")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of what listens and never answers."""
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


async def machine(api: Api, wait_s: int) -> Machine:
    """The last machine that the server lists."""
    answer = await api.get(f"machines?wait={wait_s}")
    conforms(route_of(*ROUTE), answer)
    return answer.record(MachineList).machines[-1]


def probes() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if "aibro.engines.ray.probe" in child.cmdline()
    ]


def at(address: str) -> str:
    return ON_DEMAND.replace('"auto"', f'"{address}"')


async def test_the_described_machines_are_listed_with_this_one(
    api: Api, aibro_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    describe(aibro_home, SPOT + at("127.0.0.1:1"))
    machines = (await api.get("machines")).record(MachineList).machines
    assert [each.machine_id for each in machines] == ["local.od", "gpu.l4", "gpu.l4.od"]
    assert machines[1].price_per_hour == 0.35


async def test_a_file_that_is_not_right_is_told_and_this_machine_stays(
    api: Api, aibro_home: Path
) -> None:
    describe(aibro_home, SPOT + "cpu = 3\n")
    answer = (await api.get("machines")).record(MachineList)
    assert [each.machine_id for each in answer.machines] == ["local.od"]
    assert answer.problem is not None
    assert "machines.toml, line 13: a machine has no 'cpu'" in answer.problem


async def test_without_a_wait_the_answer_has_what_is_known_and_the_clusters_are_asked(
    api: Api, aibro_home: Path, monkeypatch: pytest.MonkeyPatch, extension: AibroExtension
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    describe(aibro_home, at("127.0.0.1:1"))
    assert (await machine(api, 0)).problem is None
    while (told := await machine(api, 15)).problem is None:
        pass  # It waits for no longer than that, and the machine may be busy.
    assert "127.0.0.1:1 does not answer" in told.problem
    assert probes() == []
    assert (await machine(api, 0)).problem == told.problem


async def test_a_wait_is_no_longer_than_asked_for_and_holds_nobody_up(
    api: Api, aibro_home: Path, silent: str, store: Store
) -> None:
    describe(aibro_home, at(silent))
    began = time.monotonic()
    waiting = [asyncio.ensure_future(machine(api, 5)) for _ in range(8)]
    await until(lambda: bool(probes()), "the cluster is asked")
    await api.get("info")
    assert not any(each.done() for each in waiting)
    assert len(probes()) == 1
    assert {each.free for each in await asyncio.gather(*waiting)} == {None}
    assert time.monotonic() - began >= 5


async def test_what_looks_ends_with_the_server(
    api: Api, aibro_home: Path, silent: str, extension: AibroExtension
) -> None:
    describe(aibro_home, at(silent))
    await machine(api, 0)
    await until(lambda: bool(probes()), "the cluster is asked")
    (probe,) = probes()
    await extension.stop_extension()
    assert not probe.is_running()


@pytest.mark.parametrize("wait", ["-1", "16", "soon"])
async def test_a_wait_has_its_bounds(api: Api, wait: str) -> None:
    error = (await api.get(f"machines?wait={wait}")).error(400)
    assert (error.code, error.field) == ("BadInput", "wait")
