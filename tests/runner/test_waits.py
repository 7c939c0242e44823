"""What a job waits for while it asks for a machine, as facts: the setting and the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aibro.engines.base import NoInstance
from aibro.models import Wait, WaitSetting
from aibro.runner.acquire import Acquirer
from aibro.runner.limit_wait import LimitWait
from aibro.runner.watch import Stop, Watch
from aibro.store import Store
from tests.store.support import MACHINE, SUBMISSION, add_instance, add_job

CLUSTERS = msgspec.structs.replace(MACHINE, machine_id="gpu.l4", capacity=1)


class FullCluster:
    """An engine that has no machine to give, and says so."""

    def request(
        self,
        _machine: object,
        _launch: object,
        _stop: object,
        say: Callable[[str], None],
        _reached: object,
    ) -> None:
        """See `Engine.request`."""
        say("Waiting for the cluster: its GPUs are in use")
        raise NoInstance("its GPUs are in use")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store where every job asks for a machine of the same cluster, which is full."""
    monkeypatch.setattr("aibro.runner.acquire.find_machine", lambda *_: CLUSTERS)
    monkeypatch.setattr("aibro.runner.acquire.engine", lambda _: FullCluster())
    # These jobs are rows only: no runner holds their locks.
    monkeypatch.setattr("aibro.runner.limit_wait.reap", lambda _: None)
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()


def waits(store: Store, **settings: int) -> list[Wait]:
    """What a job waited for until it gave up."""
    (store.home / "settings.toml").write_text(
        "".join(f"{name} = {value}\n" for name, value in settings.items())
    )
    job_id = add_job(store, plan=b"{}")
    submission = msgspec.structs.replace(
        SUBMISSION, machine_ids=[CLUSTERS.machine_id], wait_request_s=0.2
    )
    watch = Watch(store, job_id)
    limit_wait = LimitWait(store, job_id, submission, watch)
    with pytest.raises(Stop):
        Acquirer(store, job_id, submission, False, watch, limit_wait).acquire()
    events: list[dict[str, Any]] = [
        event.data for event in store.history.events(job_id).events if event.kind == "note"
    ]
    return [msgspec.convert(data, Wait) for data in events if data["note"]]


def hold_an_instance(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another job has an instance of the machine."""
    with monkeypatch.context() as patch:
        patch.setattr("tests.store.support.MACHINE", CLUSTERS)
        assert add_instance(store, add_job(store))


def test_the_capacity_of_a_machine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_an_instance(store, monkeypatch)
    assert waits(store) == [Wait(setting=WaitSetting.CAPACITY, machine_id="gpu.l4")]


def test_the_limit_of_all_instances(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_an_instance(store, monkeypatch)
    assert waits(store, max_active_instances=1) == [
        Wait(setting=WaitSetting.MAX_ACTIVE_INSTANCES, machine_id="gpu.l4")
    ]


def test_a_cluster_without_room_is_no_setting(store: Store) -> None:
    assert waits(store) == [Wait(setting=None, machine_id="gpu.l4")]
