"""How much a timeline adds to a notebook's size, compared with plotly.py's figure of the chart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio

from aibro.display.timeline import timeline_bundle
from aibro.models import ChartType, Timeline
from aibro.store import Store
from bench import digits
from bench.result import Result, at_most, result


def measure(folder: Path) -> Iterator[Result]:
    """Compare both for a job that has ended."""
    job_id = digits.finished_job(folder)
    for chart in ChartType:
        timeline = Store().history.timeline(job_id, chart)
        yield result(
            f"timeline's output in the notebook, {chart}",
            "kB",
            [_kilobytes(timeline_bundle(timeline))],
            at_most(8, "kB"),
            ("plotly.py's output", [_kilobytes(_plotly_bundle(timeline))]),
            note="plotly.py as in a notebook: without an HTML table or text beside its JSON",
        )


def _plotly_bundle(timeline: Timeline) -> dict[str, object]:
    names = [period.name.value for period in timeline.periods]
    durations = [(period.end or timeline.as_of) - period.start for period in timeline.periods]
    chart = (
        go.Pie(labels=names, values=durations)
        if timeline.char_type is ChartType.PIE
        else go.Funnel(y=names, x=durations)
    )
    figure = go.Figure(chart, {"title": {"text": timeline.description}})
    # The renderer that plotly.py itself chooses in a notebook.
    renderer = pio.renderers["plotly_mimetype"]
    return dict(renderer.to_mimebundle(figure.to_plotly_json()))


def _kilobytes(bundle: Mapping[str, object]) -> float:
    # Unindented JSON, as the notebook format stores outputs.
    return len(json.dumps(bundle, ensure_ascii=False, default=list).encode()) / 1000
