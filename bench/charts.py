"""A notebook with 50 jobs' cards and timelines, compared with one of as much plain text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from aibro.display.job_card import job_bundle
from aibro.display.timeline import timeline_bundle
from aibro.models import ChartType
from aibro.store import Store
from bench import digits, lab, notebook
from bench.result import Result, at_most, percentile_95, result

OUTPUTS = 50
LINES = 45
"""Lines of text as high as a card and a timeline."""
MODES = ("contentVisibility", "full", "defer", "none")
"""JupyterLab's windowing modes. The first is the default, and is measured twice."""
ROUNDS = 2
NOTEBOOKS = ("charts.ipynb", "text.ipynb")


class Memory(msgspec.Struct):
    """The memory that a page uses after garbage collection."""

    heap: float
    """Bytes of the JavaScript heap."""
    nodes: float
    """DOM nodes, including detached ones that JavaScript still refers to."""


class Run(msgspec.Struct):
    """The measurements of one page with a notebook."""

    first: list[float]
    """Milliseconds of each frame during the first scroll through the notebook."""
    again: list[float]
    before: Memory
    """JupyterLab before a notebook is opened."""
    open: Memory
    cleared: list[Memory]
    """After the outputs were cleared; the others after they were shown and cleared once more."""


def measure(folder: Path) -> Iterator[Result]:
    """Open fresh pages with either notebook in turn."""
    job_id = digits.finished_job(folder)
    with lab.jupyterlab(folder) as server:
        _save(server.notebooks, job_id)
        for mode in MODES:
            times = 2 if mode == MODES[0] else 1
            _set_windowing(folder, mode)
            runs: dict[str, list[Run]] = {name: [] for name in NOTEBOOKS}
            for _ in range(times):
                for name in NOTEBOOKS:
                    text = lab.run_script("charts.mjs", server.url, name, str(ROUNDS))
                    runs[name].append(msgspec.json.decode(text, type=Run))
            yield from _results(mode, *runs.values())


def _save(folder: Path, job_id: str) -> None:
    history = Store().history
    card = job_bundle(history.card(job_id))
    charts = [timeline_bundle(history.timeline(job_id, chart)) for chart in ChartType]
    text = {"text/plain": "\n".join(f"line {number}" for number in range(LINES))}
    cells = [[card, charts[number % len(charts)]] for number in range(OUTPUTS)]
    notebook.save(folder / NOTEBOOKS[0], cells)
    notebook.save(folder / NOTEBOOKS[1], [[text]] * OUTPUTS)


def _set_windowing(folder: Path, mode: str) -> None:
    path = folder / "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"windowingMode": mode}), encoding="utf-8")


def _results(mode: str, charts: list[Run], texts: list[Run]) -> Iterator[Result]:
    def compared(
        name: str, unit: str, limit: float, value: Callable[[Run], float], note: str = ""
    ) -> Result:
        return result(
            f"{OUTPUTS} charts, {mode}: {name}",
            unit,
            [value(run) for run in charts],
            at_most(limit, unit),
            (f"{OUTPUTS} texts", [value(run) for run in texts]),
            note=note,
        )

    note = "time between two frames that 95 % do not exceed"
    yield compared("scroll the first time", "ms", 20, lambda run: percentile_95(run.first), note)
    yield compared("scroll again", "ms", 20, lambda run: percentile_95(run.again), note)
    yield compared("memory, open", "MB", 60, lambda run: _megabytes(run.open, run.before))
    yield compared(
        "memory, cleared",
        "MB",
        20,
        lambda run: _megabytes(run.cleared[0], run.before),
        "more than before the notebook was opened; the cells are there, and plotly.js stays loaded",
    )
    yield compared(
        "memory, each further time",
        "MB",
        0.5,
        lambda run: _megabytes(run.cleared[-1], run.cleared[0]) / ROUNDS,
        "shown and cleared again: what it leaves behind",
    )
    yield compared(
        "nodes, each further time",
        "",
        50,
        lambda run: (run.cleared[-1].nodes - run.cleared[0].nodes) / ROUNDS,
    )


def _megabytes(after: Memory, before: Memory) -> float:
    return (after.heap - before.heap) / 1e6
