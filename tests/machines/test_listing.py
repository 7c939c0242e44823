"""The machines as people see them: what is free, what is in the way, how it went so far."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from aibro import Comm
from aibro.engines.base import Snapshot
from aibro.engines.ray.fitting import Cluster, ClusterSnapshot, Node
from aibro.errors import BadInput
from aibro.machine_spec import ClusterId
from aibro.machines.listing import list_machines
from aibro.models import Machine
from aibro.store import Store
from aibro.store.requests import KEPT
from tests.jobs import Home
from tests.store.support import add_cooling, add_instance, add_job

from .support import ON_DEMAND, SPOT, describe

AUTO = ClusterId("ray", "auto")


@pytest.fixture
def store(home: Home) -> Store:
    return home.store


def listed(
    store: Store, snapshots: Mapping[ClusterId, Snapshot] | None = None
) -> dict[str, Machine]:
    machines = list_machines(store, snapshots or {}).machines
    return {machine.machine_id: machine for machine in machines}


def having(cpus: int) -> ClusterSnapshot:
    has: dict[str, float] = {"CPU": cpus}
    node = Node(node_id="n", alive=True, total=has, available=has, labels={})
    return ClusterSnapshot(cluster=Cluster(nodes=[node], types=[]))


def test_machines_are_listed_as_they_are_described(store: Store) -> None:
    describe(store.home, SPOT + ON_DEMAND)
    local, spot, on_demand = list_machines(store, {}).machines
    assert local.machine_id == "local.od"
    assert (spot.market.value, spot.cpus, spot.gpus) == ("spot", 8, 1)
    assert (spot.memory_bytes, spot.price_per_hour, spot.capacity) == (16 * 2**30, 0.35, 4)
    assert spot.labels == {"zone": "a", "ray.io/accelerator-type": "L4"}
    assert (on_demand.market.value, on_demand.price_per_hour) == ("on-demand", None)
    assert [each.free for each in (spot, on_demand)] == [None, None]
    assert [each.problem for each in (spot, on_demand)] == [None, None]


def test_free_is_what_the_cluster_has_room_for(store: Store) -> None:
    describe(store.home, ON_DEMAND)
    assert listed(store, {AUTO: having(17)})["gpu.l4.od"].free == 2
    assert listed(store, {AUTO: having(8)})["gpu.l4.od"].free == 1


def test_free_is_never_more_than_the_settings_allow(store: Store) -> None:
    describe(store.home, ON_DEMAND)
    (store.home / "settings.toml").write_text("max_active_instances = 2")
    assert listed(store, {AUTO: having(80)})["gpu.l4.od"].free == 2
    add_instance(store, add_job(store))
    machines = listed(store, {AUTO: having(80)})
    assert (machines["gpu.l4.od"].free, machines["local.od"].free) == (1, 1)
    assert machines["local.od"].instances == 1


def test_an_instance_that_cools_makes_room(store: Store) -> None:
    (store.home / "settings.toml").write_text("max_active_instances = 1")
    add_cooling(store)
    assert listed(store)["local.od"].free == 1


def test_what_the_cluster_can_never_hold_says_so(store: Store) -> None:
    describe(store.home, ON_DEMAND)
    machine = listed(store, {AUTO: having(4)})["gpu.l4.od"]
    assert machine.free == 0
    assert machine.problem == (
        "It can never be had at auto: it needs 8 CPUs; the largest node has 4 CPUs. Change it in "
        "machines.toml."
    )


def test_a_cluster_that_does_not_answer_is_the_problem_of_its_machines(store: Store) -> None:
    describe(store.home, SPOT + ON_DEMAND)
    machines = listed(store, {AUTO: ClusterSnapshot(problem="Nothing listens there.")})
    assert machines["gpu.l4.od"].problem == "Nothing listens there."
    assert machines["gpu.l4.od"].free is None
    assert machines["gpu.l4"].problem is None


def test_a_file_that_is_not_right_is_told_and_this_machine_is_listed(store: Store) -> None:
    describe(store.home, SPOT + "cpus = 3")
    shown = list_machines(store, {})
    assert [machine.machine_id for machine in shown.machines] == ["local.od"]
    assert shown.problem is not None
    assert "machines.toml, line 13: this is not TOML" in shown.problem
    with pytest.raises(BadInput, match="line 13"):
        Comm.available_machines()


def test_settings_that_are_not_right_are_told_and_leave_free_open(store: Store) -> None:
    (store.home / "settings.toml").write_text("max_active_instances = 0")
    shown = list_machines(store, {})
    assert shown.machines[0].free is None
    assert shown.problem is not None
    assert "max_active_instances must be at least 1" in shown.problem


def test_without_any_request_nothing_is_known_of_them(store: Store) -> None:
    local = listed(store)["local.od"]
    assert (local.requests, local.availability, local.usual_wait_s) == (0, None, None)


def test_availability_is_the_part_that_was_granted_in_time(store: Store) -> None:
    describe(store.home, SPOT + ON_DEMAND)
    for waited, outcome in enumerate(["granted", "late", "granted", "impossible", "failed"]):
        store.requests.add("gpu.l4", outcome, 10 * waited)
    store.requests.add("gpu.l4.od", "late", 60)
    machines = listed(store)
    spot, on_demand = machines["gpu.l4"], machines["gpu.l4.od"]
    assert (spot.requests, spot.availability) == (5, 0.4)
    assert (on_demand.requests, on_demand.availability, on_demand.usual_wait_s) == (1, 0, None)


def test_the_usual_wait_is_that_of_the_middle_request_that_was_granted(store: Store) -> None:
    for waited in (300, 2, 9, 1, 4):
        store.requests.add("local.od", "granted", waited)
    store.requests.add("local.od", "late", 10000)
    assert listed(store)["local.od"].usual_wait_s == 4


def test_the_latest_requests_count(store: Store) -> None:
    for _ in range(3):
        store.requests.add("local.od", "failed", 1)
    for _ in range(KEPT):
        store.requests.add("local.od", "granted", 1)
    local = listed(store)["local.od"]
    assert (local.requests, local.availability) == (KEPT, 1)


def test_a_cluster_that_nobody_can_reach_raises_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    describe(store.home, ON_DEMAND.replace('"auto"', '"127.0.0.1:1"'))
    local, machine = Comm.available_machines()
    assert local.problem is None
    assert machine.free is None
    assert machine.problem is not None
    assert "127.0.0.1:1 does not answer: nothing listens there" in machine.problem


def test_without_ray_the_problem_is_what_to_install(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    describe(store.home, ON_DEMAND)
    machine = Comm.available_machines()[1]
    assert machine.free is None
    assert machine.problem is not None
    assert 'pip install "jupyterlab-aibro[ray]"' in machine.problem
