"""Nodes that vanish or are taken away, and heads that restart: the job goes on, nothing is left."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import aibro
from aibro.models import (
    InstanceStatus,
    JobStatus,
    JobSubstatus,
    PeriodName,
    ReasonKind,
    VerdictName,
)
from aibro.replay.start import start_replay
from tests.jobs import until
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home
from tests.ray.nodes import DEFAULT_NODES, TrialNode

EPOCHS = 4


@pytest.fixture
def away(
    tmp_path: Path, doomed: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    revive(doomed)
    with cluster_home(tmp_path, doomed, monkeypatch) as home:
        yield home


def revive(cluster: RayCluster) -> None:
    """Start those nodes anew that a test has killed, or that Ray has given up by itself."""
    alive = cluster.alive()
    for node in DEFAULT_NODES:
        if node.name not in alive and cluster.processes(node.name):
            cluster.kill_node(node.name)
    # Ray may take a while to see that a node of the test before is gone.
    gone = {node.name: node for node in DEFAULT_NODES if not cluster.processes(node.name)}
    until(lambda: gone.keys().isdisjoint(cluster.alive()), "they are gone")
    for node in gone.values():
        cluster.add_node(node)


def lose_node_of(away: ClusterHome, job_id: str) -> None:
    # The job goes on on another one.
    revive(away.cluster)
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
    wait = f"wait_for({str(gate)!r})"
    step = {
        JobSubstatus.GEARING_ENV: {"load": wait},
        JobSubstatus.TRAINING: {"fit": f"epoch(1, loss=0.5); {wait}"},
        JobSubstatus.RETURNING: {"save": wait},
    }.get(at, {})
    job_id = away.job(submitted=at is not JobSubstatus.SENDING, machine_ids=["spot"], **step)
    away.until(job_id, at)
    first = str(away.get(job_id).instance_id)
    lose_node_of(away, job_id)
    until(lambda: away.get(job_id).attempt == 2, "a second attempt")
    gate.touch()
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
        "n = 0\n"
        f"while not Path({str(gate)!r}).exists(): n += 1; epoch(n, loss=1 / n); time.sleep(0.2)"
    )
    job_id = away.job(script, machine_ids=["spot"])
    until(lambda: away.get(job_id).epoch >= 1, "it trains")
    noticed = away.node_of(job_id)
    away.cluster.drain_node(noticed, 3600)
    until(lambda: away.get(job_id).attempt == 2, "a second attempt, long before it goes")
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


def fit(gate: Path, **options: Any) -> tuple[str, Any, Any]:
    """Train a small model with dropout on shuffled data; after two epochs it waits at the gate."""
    import keras

    keras.utils.set_random_seed(1)
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(64, 8)).astype("float32")
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.4),
         keras.layers.Dense(1)]
    )  # fmt: skip
    model.compile("adam", "mse", metrics=["mae"])

    def wait(epoch: int, logs: Any) -> None:
        while epoch == 2 and not os.path.exists(str(gate)):  # noqa: PTH110 - it travels by value
            time.sleep(0.01)

    held = keras.callbacks.LambdaCallback(on_epoch_begin=wait)
    result: tuple[str, Any, Any] = aibro.Training.online_fit(
        model, rows, rows[:, :1] * 2, epochs=EPOCHS, batch_size=16,
        validation_data=(rows, rows[:, :1]), fit_kwargs={"callbacks": [held]}, **options,
    )  # fmt: skip
    return result


@pytest.mark.usefixtures("jax_alone")
def test_a_lost_node_changes_no_bit_of_a_training(
    away: ClusterHome, gate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gate.touch()
    recorded, model, history = fit(
        gate,
        machine_ids=["spot"],
        record=True,
        directory_to_save_ckpt=".",
        directory_to_save_log=".",
    )
    assert history.epoch == [*range(EPOCHS)]
    assert set(history.history) == {"loss", "mae", "val_loss", "val_mae"}
    saved = Path("checkpoints", recorded)
    assert len([*saved.glob("epoch-*.keras")]) == EPOCHS
    assert [*Path("logs", recorded, "train").glob("*tfevents*")]
    gate.unlink()
    replay = start_replay(
        away.store,
        recorded,
        description="loses its node",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=600,
        called_at=time.time(),
    )
    until(lambda: away.get(replay.job_id).epoch >= 2, "it trains")
    lose_node_of(away, replay.job_id)
    gate.touch()
    job = away.completed(replay.job_id)
    assert (job.status, job.attempt) == (JobStatus.COMPLETED, 2)
    attempt = next(e for e in away.events(job.job_id) if e.kind == "attempt")
    assert int(str(attempt.data["epoch"])) >= 1
    verdict = aibro.Job.verdict(job.job_id)
    assert verdict.verdict is VerdictName.IDENTICAL, verdict.sentence
    _, again, whole = aibro.Job.result(job.job_id)
    assert whole.epoch == history.epoch
    assert whole.history == history.history
    for ours, theirs in zip(model.weights, again.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not away.store.state_folder(job.job_id).exists()
