"""Real training on a cluster: the quickstart's calls, and the bits after a node was lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import aibro
from aibro.models import JOB_MIME, JobStatus, JobSubstatus, VerdictName
from aibro.replay.start import start_replay
from tests.jobs import until
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("jax_alone")]
EPOCHS = 6
EXAMPLE = Path(__file__).parents[2] / "examples" / "quickstart.ipynb"


@pytest.fixture
def away(
    tmp_path: Path, doomed: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    monkeypatch.chdir(tmp_path)
    with cluster_home(tmp_path, doomed, monkeypatch) as home:
        yield home


def test_the_quickstart_runs_on_a_cluster(
    away: ClusterHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(EXAMPLE, as_version=4)
    [train] = [cell for cell in notebook.cells if cell.id == "train"]
    assert train.source.count("online_fit(\n") == 1
    train.source = train.source.replace("online_fit(\n", "online_fit(\n    machine_ids=['spot'],\n")
    NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    (card,) = outputs["train"]
    assert card["data"][JOB_MIME]["job"]["machine_id"] == "spot"
    assert "Request Launch" in outputs["funnel"][0]["data"]["text/html"]
    assert "IDENTICAL" in outputs["replay"][-1]["text"]
    assert len([*(tmp_path / "checkpoints").glob("*/epoch-0010.keras")]) == 2


def fit(**options: Any) -> tuple[str, Any, Any]:
    """Train a small model with dropout on shuffled data, slowly enough to be interrupted."""
    import keras

    keras.utils.set_random_seed(1)
    generator = np.random.default_rng(1)
    rows = generator.normal(size=(64, 8)).astype("float32")
    model = keras.Sequential(
        [keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.4),
         keras.layers.Dense(1)]
    )  # fmt: skip
    model.compile("adam", "mse", metrics=["mae"])
    slow = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: time.sleep(0.7))
    result: tuple[str, Any, Any] = aibro.Training.online_fit(
        model, rows, rows[:, :1] * 2, epochs=EPOCHS, batch_size=16,
        validation_data=(rows, rows[:, :1]), fit_kwargs={"callbacks": [slow]}, **options,
    )  # fmt: skip
    return result


def test_a_lost_node_changes_no_bit_of_a_training(away: ClusterHome) -> None:
    recorded, model, history = fit(
        machine_ids=["spot"], record=True, directory_to_save_ckpt=".", directory_to_save_log="."
    )
    assert history.epoch == [*range(EPOCHS)]
    assert set(history.history) == {"loss", "mae", "val_loss", "val_mae"}
    saved = Path("checkpoints", recorded)
    assert len([*saved.glob("epoch-*.keras")]) == EPOCHS
    assert [*Path("logs", recorded, "train").glob("*tfevents*")]
    replay = start_replay(
        away.store,
        recorded,
        description="loses its node",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=120,
        called_at=time.time(),
    )
    until(lambda: away.get(replay.job_id).epoch >= 2, "it trains", 120)
    away.cluster.kill_node(away.node_of(replay.job_id))
    job = away.until(replay.job_id, JobSubstatus.COMPLETED, 120)
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
