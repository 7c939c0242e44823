"""Nodes that vanish or are taken away, and heads that restart: the job goes on, nothing is left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.models import InstanceStatus, JobSubstatus, PeriodName, ReasonKind
from tests.jobs import until
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home
from tests.ray.nodes import DEFAULT_NODES, TrialNode

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def away(
    tmp_path: Path, doomed: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    # Ray may take a while to see that a node of the test before is gone.
    gone = {node.name: node for node in DEFAULT_NODES if not doomed.processes(node.name)}
    until(lambda: gone.keys().isdisjoint(doomed.alive()), "they are gone")
    for node in gone.values():
        doomed.add_node(node)
    with cluster_home(tmp_path, doomed, monkeypatch) as home:
        yield home


def lose_node_of(away: ClusterHome, job_id: str) -> None:
    away.cluster.kill_node(away.node_of(job_id))


@pytest.mark.parametrize(
    "at",
    [
        JobSubstatus.SENDING,
        JobSubstatus.GEARING_ENV,
        JobSubstatus.TRAINING,
        JobSubstatus.RETURNING,
    ],
)
def test_a_node_that_vanishes_takes_its_instance_but_not_the_job(
    away: ClusterHome, gate: Path, at: JobSubstatus
) -> None:
    second = Path(f"{gate}-second")
    wait = f"wait_for({str(gate)!r}) if not Path({str(second)!r}).exists() else None"
    step = {
        JobSubstatus.GEARING_ENV: {"load": wait},
        JobSubstatus.TRAINING: {"fit": f"epoch(1, loss=0.5); {wait}"},
        JobSubstatus.RETURNING: {"save": wait},
    }.get(at, {})
    job_id = away.job(submitted=at is not JobSubstatus.SENDING, machine_ids=["spot"], **step)
    away.until(job_id, at)
    first = str(away.get(job_id).instance_id)
    second.touch()
    lose_node_of(away, job_id)
    until(lambda: away.get(job_id).attempt == 2, "a second attempt")
    if at is JobSubstatus.SENDING:
        away.store.jobs.submit(job_id, away._plan({"fit": "epoch(1, loss=0.5)"}))
    job = away.completed(job_id)
    assert job.attempt == 2
    assert job.instance_id != first
    assert away.store.instances.get(first).status is InstanceStatus.CLOSED
    away.check_pairs(job_id)
    periods = away.store.history.timeline(job_id).periods
    assert {period.attempt for period in periods} == {1, 2}
    connects = [p for p in periods if p.name is PeriodName.INSTANCE_CONNECT]
    assert [period.attempt for period in connects] == [1, 2]
    assert connects[0].end is not None
    assert connects[0].end <= connects[1].start


def test_a_node_that_vanishes_while_the_instance_starts(away: ClusterHome) -> None:
    away.describe("on-a", 'labels = { node = "a" }')
    job_id = away.job(machine_ids=["on-a", "spot"], wait_request_s=20.0)
    away.until(job_id, JobSubstatus.CONNECTING_SERVER)
    away.cluster.kill_node("a")
    assert away.completed(job_id).machine_id == "spot"


def test_a_node_that_is_taken_away_with_notice_lets_its_epoch_end(
    away: ClusterHome, gate: Path
) -> None:
    script = (
        f"[epoch(n, loss=1 / n) or time.sleep(0.5) for n in range(1, 4)]; "
        f"wait_for({str(gate)!r}) if not Path({str(gate)!r}).exists() else None; epoch(4, loss=0)"
    )
    job_id = away.job(script, machine_ids=["spot"])
    until(lambda: away.get(job_id).epoch >= 1, "it trains")
    noticed = away.node_of(job_id)
    away.cluster.drain_node(noticed, 120)
    began = time.monotonic()
    until(lambda: away.get(job_id).attempt == 2, "a second attempt")
    assert time.monotonic() - began < 20
    gate.touch()
    away.completed(job_id)
    reason = next(e.data["reason"] for e in away.events(job_id) if e.kind == "attempt")
    assert reason == "its node is being taken away"
    away.cluster.kill_node(noticed)


def test_a_job_that_loses_its_machine_too_often_ends_and_says_so(
    away: ClusterHome, gate: Path
) -> None:
    away.settings(max_restarts=0)
    job_id = away.job(f"epoch(1, loss=1); wait_for({str(gate)!r})", machine_ids=["spot"])
    away.until(job_id, JobSubstatus.TRAINING)
    lose_node_of(away, job_id)
    job = away.until(job_id, JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.INSTANCE_LOST
    assert str(job.reason).endswith("max_restarts in settings.toml allows no other attempt")


def test_a_machine_that_is_not_described_any_more_is_told_after_a_loss(
    away: ClusterHome, gate: Path
) -> None:
    away.describe("brief", 'labels = { node = "a" }')
    job_id = away.job(f"epoch(1, loss=1); wait_for({str(gate)!r})", machine_ids=["brief"])
    away.until(job_id, JobSubstatus.TRAINING)
    (away.folder / "machines.toml").unlink()
    away.cluster.kill_node("a")
    job = away.until(job_id, JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.NO_INSTANCE
    assert "brief: it is not described in machines.toml any more" in str(job.reason)


def test_a_worker_that_dies_on_a_healthy_node_is_not_tried_again(away: ClusterHome) -> None:
    job_id = away.job("epoch(1, loss=1); os.kill(os.getpid(), 9)", machine_ids=["spot"])
    job = away.until(job_id, JobSubstatus.CANCELED)
    assert (job.attempt, job.reason_kind) == (1, ReasonKind.INSTANCE_LOST)
    assert str(job.reason).startswith("the instance's process was ended by SIGKILL")


def test_a_frozen_node_is_given_up(away: ClusterHome, gate: Path) -> None:
    script = f"epoch(1, loss=1); wait_for({str(gate)!r}) if not Path({str(gate)!r}).exists() else 0"
    job_id = away.job(script, machine_ids=["spot"])
    away.until(job_id, JobSubstatus.TRAINING)
    node = away.node_of(job_id)
    away.cluster.freeze_node(node)
    try:
        until(lambda: away.get(job_id).attempt == 2, "a second attempt")
        gate.touch()
        away.completed(job_id)
    finally:
        away.cluster.kill_node(node)


def test_a_head_that_restarts_costs_an_attempt_at_the_most(away: ClusterHome, gate: Path) -> None:
    script = f"epoch(1, loss=1); wait_for({str(gate)!r}) if not Path({str(gate)!r}).exists() else 0"
    job_id = away.job(script, machine_ids=["spot"])
    away.until(job_id, JobSubstatus.TRAINING)
    away.cluster.restart_head()
    # Nodes do not outlive a head that keeps nothing; whoever runs the cluster starts them again.
    until(lambda: not away.cluster.alive(), "the nodes are gone")
    away.cluster.add_node(TrialNode("c"))
    gate.touch()
    job = away.completed(job_id)
    assert job.attempt <= 2
