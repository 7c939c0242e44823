"""Real training on a cluster, by the quickstart's calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from aibro.models import JOB_MIME
from tests.ray.cluster import RayCluster
from tests.ray.jobs import ClusterHome, cluster_home

pytestmark = pytest.mark.usefixtures("jax_alone")
EXAMPLE = Path(__file__).parents[2] / "examples" / "quickstart.ipynb"


@pytest.fixture
def away(
    tmp_path: Path, ray_cluster: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ClusterHome]:
    monkeypatch.chdir(tmp_path)
    with cluster_home(tmp_path, ray_cluster, monkeypatch) as home:
        yield home


def test_the_quickstart_runs_on_a_cluster(
    away: ClusterHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(EXAMPLE, as_version=4)
    [train] = [cell for cell in notebook.cells if cell.id == "train"]
    assert train.source.count("online_fit(\n") == 1
    train.source = train.source.replace("online_fit(\n", "online_fit(\n    machine_ids=['spot'],\n")
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    (card,) = outputs["train"]
    assert card["data"][JOB_MIME]["job"]["machine_id"] == "spot"
    assert "Request Launch" in outputs["funnel"][0]["data"]["text/html"]
    assert "IDENTICAL" in outputs["replay"][-1]["text"]
    assert len([*(tmp_path / "checkpoints").glob("*/epoch-0010.keras")]) == 2
