"""How long a card and a timeline take to appear, the first time and later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.display.job_card import job_bundle
from aibro.display.timeline import timeline_bundle
from aibro.models import ChartType
from aibro.store import Store
from bench import digits, lab, notebook
from bench.result import Result, at_most, result

PAGES = 5
TIMES = 6
"""Repetitions in each page; the first one loads the renderer."""
PLOTLY = Path(__file__).parents[1] / "node_modules/plotly.js/dist/plotly-finance.min.js"
"""The smallest official bundle of plotly.js with the same chart types."""

VIEWS = {
    "card": ("JupyterLab's HTML output of it", "html card"),
    "chart funnel": ("plotly.js alone", "plotly chart funnel"),
    "chart pie": ("plotly.js alone", "plotly chart pie"),
    "chart time axis": ("plotly.js alone", "plotly chart time axis"),
}
"""For each view: the title of its baseline, and the baseline's name in the runs."""
FIRST = ("card", "chart funnel")
"""The views to measure the first time too. The first chart of a page loads plotly.js."""

Runs = dict[str, list[float]]


def measure(folder: Path) -> Iterator[Result]:
    """Show a finished job's outputs in fresh pages, several times in each."""
    job_id = digits.finished_job(folder)
    history = Store().history
    card = job_bundle(history.card(job_id))
    bundles = {"card": card, "html card": {"text/html": card["text/html"]}}
    for chart in ChartType:
        bundles[f"chart {chart}"] = timeline_bundle(history.timeline(job_id, chart))
    with lab.jupyterlab(folder) as server:
        notebook.save(server.notebooks / "drawing.ipynb", [[]])
        shutil.copy(PLOTLY, server.notebooks)
        told = json.dumps({"bundles": bundles, "plotly": f"/files/{PLOTLY.name}"})
        pages = [_page(server.url, told) for _ in range(PAGES)]
    for view in FIRST:
        yield _result(view, "the first time", pages, 0, 1, 250)
    for view in VIEWS:
        yield _result(view, "after that", pages, 1, TIMES, 50)


def _page(url: str, told: str) -> Runs:
    text = lab.run_script("drawing.mjs", url, "drawing.ipynb", str(TIMES), told=told)
    return msgspec.json.decode(text, type=Runs)


def _result(view: str, when: str, pages: list[Runs], start: int, end: int, limit: float) -> Result:
    baseline, compared = VIEWS[view]
    return result(
        f"draw a {view.removeprefix('chart ')}, {when}",
        "ms",
        [run for page in pages for run in page[view][start:end]],
        at_most(limit, "ms"),
        (baseline, [run for page in pages for run in page[compared][start:end]]),
        note="from the output in the notebook's model to its painted frame",
    )
