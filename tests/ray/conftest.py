"""A cluster that the tests share, and one of its own for a test that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.jobs import until
from tests.ray.cluster import RayCluster

NewCluster = Callable[..., RayCluster]


@pytest.fixture
def cluster(ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[RayCluster]:
    """A cluster that this process and its children may use; a test leaves nothing on it."""
    use(ray_cluster, monkeypatch)
    yield ray_cluster
    nothing_left(ray_cluster)


@pytest.fixture
def new_cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[NewCluster]:
    """Start a cluster for this test alone, with the arguments of `RayCluster`."""
    with ExitStack() as up:

        def start(*nodes: object, **options: object) -> RayCluster:
            started = up.enter_context(RayCluster(*nodes, **options))  # type: ignore[arg-type]
            use(started, monkeypatch)
            return started

        yield start


def use(cluster: RayCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process and its children into the cluster."""
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    for name, value in cluster.environment.items():
        monkeypatch.setenv(name, value)


def nothing_left(cluster: RayCluster, within_s: float = 30) -> None:
    """Wait until no actor and no placement group is there."""
    until(
        lambda: not cluster.actors() and not cluster.placement_groups(),
        "no actor and no placement group is left",
        within_s,
    )
