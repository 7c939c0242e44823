"""Outputs where there is no extension: exported notebooks, and GitHub's sanitised view."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aibro.display.job_card import job_bundle
from aibro.display.timeline import timeline_bundle
from aibro.display.timeline_diff import compare_timelines, diff_bundle
from tests.display.support import CARD, Text, as_github_shows
from tests.display.test_timeline import COMPLETED
from tests.display.test_timeline_diff import WARM

BUNDLES = {
    "card": job_bundle(CARD),
    "timeline": timeline_bundle(COMPLETED),
    "diff": diff_bundle(compare_timelines(COMPLETED, WARM)),
}
WORDS = {
    "card": ["digits, first try", "GEARING ENV", "3 of 10", "accuracy 0.91", "Safe to close"],
    "timeline": ["9.80 s, 109 ms idle", "API Transfer & Server Setup", "6.10 s", "62 %"],
    "diff": ["On the cooling instance 3.10 s were saved", "digits, warm", "In all", "6.70 s"],
}


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook with a card, a timeline and a diff."""
    cells = [
        {
            "cell_type": "code",
            "id": name,
            "source": name,
            "execution_count": 1,
            "metadata": {},
            "outputs": [{"output_type": "display_data", "data": bundle, "metadata": {}}],
        }
        for name, bundle in BUNDLES.items()
    ]
    path = tmp_path / "n.ipynb"
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_nbconvert_shows_every_word(notebook: Path, form: str) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", form, "--stdout", notebook.name]
    done = subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=True)
    text = Text(done.stdout).text
    for words in WORDS.values():
        for word in words:
            assert word in text


@pytest.mark.parametrize("name", BUNDLES)
def test_a_sanitiser_leaves_every_word_and_the_table(name: str) -> None:
    source = str(BUNDLES[name]["text/html"])
    left = Text(as_github_shows(source))
    assert left.text == Text(source).text
    assert {"p", "b", "table", "tr", "td"} <= left.tags
    assert "style" not in left.attributes
    for word in WORDS[name]:
        assert word in left.text


@pytest.mark.parametrize("name", BUNDLES)
def test_there_is_neither_script_nor_style_sheet_nor_anything_to_load(name: str) -> None:
    source = str(BUNDLES[name]["text/html"])
    assert Text(source).tags <= {"p", "b", "br", "table", "tr", "th", "td", "span"}
    assert Text(source).attributes <= {"align", "aria-hidden", "style"}


@pytest.mark.parametrize("name", BUNDLES)
def test_the_text_fits_into_the_lines_of_a_terminal_and_of_a_printed_page(name: str) -> None:
    lines = str(BUNDLES[name]["text/plain"]).split("\n")
    assert max(len(line) for line in lines) <= 80
    words = " ".join(" ".join(lines).split())
    for word in WORDS[name]:
        assert word in words
