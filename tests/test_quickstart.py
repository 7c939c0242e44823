"""The quickstart notebook does what it says, cell by cell, in a real kernel."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from aibro.models import JOB_MIME, TIMELINE_MIME

EXAMPLE = Path(__file__).parents[1] / "examples" / "quickstart.ipynb"


def test_the_quickstart_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIBRO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shutil.copy(EXAMPLE, tmp_path)
    notebook = nbformat.read(tmp_path / EXAMPLE.name, as_version=4)

    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()

    outputs = {cell.id: cell.get("outputs", []) for cell in notebook.cells}
    (card,) = outputs["train"]
    assert card["data"][JOB_MIME]["job"]["status"] == "COMPLETED"
    assert "10 of 10" in card["data"]["text/plain"]
    for cell, chart in (("funnel", "funnel"), ("pie", "pie"), ("look", "funnel")):
        (output,) = outputs[cell]
        assert output["data"][TIMELINE_MIME]["char_type"] == chart
        assert "Model Training" in output["data"]["text/html"]
    assert "IDENTICAL" in outputs["replay"][-1]["text"]
    assert len(list((tmp_path / "checkpoints").glob("*/epoch-0010.keras"))) == 2
