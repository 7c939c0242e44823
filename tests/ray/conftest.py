"""A cluster that the tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.jobs import until
from tests.ray.cluster import RayCluster


@pytest.fixture
def cluster(ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[RayCluster]:
    """A cluster that this process and its children may use; a test leaves nothing on it."""
    use(ray_cluster, monkeypatch)
    yield ray_cluster
    nothing_left(ray_cluster)


@pytest.fixture(scope="module")
def doomed() -> Iterator[RayCluster]:
    """A cluster of a file's own, whose nodes go and come."""
    with RayCluster() as cluster:
        yield cluster


def use(cluster: RayCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process and its children into the cluster."""
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)


def nothing_left(cluster: RayCluster) -> None:
    """Wait until no actor and no placement group is there."""
    until(
        lambda: not cluster.actors() and not cluster.placement_groups(),
        "no actor and no placement group is left",
    )
