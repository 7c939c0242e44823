"""The code in the README and the user guide does what the words around it say."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from aibro.models import JOB_MIME, TIMELINE_MIME

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "user-guide"
PAGES = ["first-job", "timeline", "watching", "replaying", "machines"]
"""Those with code, in the order in which a person reads them."""


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def _guide() -> list[str]:
    return [block for page in PAGES for block in _blocks(GUIDE / f"{page}.md")]


def _statements(code: str) -> set[str]:
    """Without comments, and however they are laid out."""
    return {ast.unparse(statement) for statement in ast.parse(code).body}


def _says(cell: nbformat.NotebookNode) -> str:
    """What a cell printed, and the text of what it displayed."""
    outputs = cell["outputs"]
    printed = [output["text"] for output in outputs if output["output_type"] == "stream"]
    shown = [output["data"]["text/plain"] for output in outputs if "data" in output]
    return "".join(printed + shown)


@pytest.mark.slow
@pytest.mark.usefixtures("home", "jax_alone")
def test_the_code_of_the_guide_runs_as_one_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    cells = [nbformat.v4.new_code_cell(code) for code in _guide()]
    notebook = nbformat.v4.new_notebook(cells=cells)

    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()

    said = {cell["source"]: _says(cell) for cell in cells}

    def says(code: str) -> str:
        return next(text for source, text in said.items() if code in source)

    assert "COMPLETED" in says("online_fit")
    assert "ValueError: no further" in says("except JobCanceled")
    assert "Model Training" in says("plot_timeline(job_id)")
    assert "In all" in says("compare_timelines")
    assert "IDENTICAL" in says("replay_job(job_id)")
    assert "ISSUE_REPRODUCED" in says("replay_job(failed")
    assert "IDENTICAL" in says("from_epoch=2")
    assert "local.od" in says("available_machines()")
    assert (tmp_path / "issue.zip").is_file()
    kinds = {kind for cell in cells for out in cell["outputs"] for kind in out.get("data", {})}
    assert {JOB_MIME, TIMELINE_MIME} <= kinds


def test_the_readme_has_no_code_but_that_of_the_guide() -> None:
    (readme,) = _blocks(ROOT / "README.md")
    run = {line for block in _guide() for line in _statements(block)}
    assert _statements(readme) <= run


@pytest.mark.parametrize(
    "page",
    sorted([*GUIDE.glob("*.md"), ROOT / "README.md"]),
    ids=lambda page: str(page.relative_to(ROOT)),
)
def test_the_links_of_the_guide_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        file, _, heading = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{target} is not there"
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.MULTILINE)
            assert heading in {name.lower().replace(" ", "-") for name in headings}, target


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schema" / "plugin.json").read_text("utf-8"))
    return schema


def test_the_guide_names_every_setting() -> None:
    page = (GUIDE / "settings.md").read_text("utf-8")
    rows = {row.split("|")[1].strip() for row in page.splitlines() if row.startswith("| ")}
    assert {setting["title"] for setting in _schema()["properties"].values()} <= rows


def test_the_guide_names_every_shortcut() -> None:
    page = (GUIDE / "keyboard.md").read_text("utf-8")
    for shortcut in _schema()["jupyter.lab.shortcuts"]:
        keys = " ".join(shortcut["keys"]).replace("Accel", "Ctrl").split()
        assert " ".join(f"<kbd>{key}</kbd>" for key in keys) in page
