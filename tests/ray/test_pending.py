"""A runner that dies while its request is pending on a cluster leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.models import JobSubstatus, ReasonKind
from tests.jobs import processes_of, until
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home


@pytest.fixture
def away(
    tmp_path: Path, ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    with cluster_home(tmp_path, ray_cluster, monkeypatch) as home:
        yield home


def test_a_frozen_bridge_goes_with_its_runner(away: ClusterHome, gate: Path) -> None:
    away.describe("all-of-a", 'labels = { node = "a" }', cpus=2)
    first = away.job(f"epoch(1, loss=0.5); wait_for({str(gate)!r})", machine_ids=["all-of-a"])
    away.until(first, JobSubstatus.TRAINING)
    late = away.job(machine_ids=["all-of-a"])
    away.until_noted(late, "Waiting for the cluster")
    assert away.get(late).instance_id is None
    (pending,) = away.store.instances.pending(late)
    folder = away.store.instance_folder(pending.instance_id)
    (bridge,) = [
        process for process in processes_of(away.folder) if str(folder / "key") in process.cmdline()
    ]
    # It cannot see by itself that its runner is gone.
    bridge.suspend()
    away.process(late, "runner").kill()
    job = away.until_ended(late)
    assert job.reason_kind is ReasonKind.RUNNER_LOST
    until(lambda: bridge not in processes_of(away.folder), "its bridge is gone")
    assert not folder.exists()
    assert away.store.instances.pending() == []
    until(lambda: len(away.cluster.placement_groups()) == 1, "its request is gone")
    gate.touch()
    away.completed(first)
