"""A job's card in the three forms of a notebook's output: our JSON, an HTML table and text.

As in `aibro.display.timeline`, the HTML needs neither script nor style.
"""

from __future__ import annotations

import html
from typing import NamedTuple

import msgspec

from aibro.display.format import (
    cut,
    format_about,
    format_attempt,
    format_duration,
    format_size,
    format_value,
    one_line,
    unbroken,
    with_cut_texts,
    wrapped,
)
from aibro.models import JOB_MIME, Job, JobCard, JobCardBundle, JobStatus, JobSubstatus
from aibro.transitions import ENDED, JOB_STATUS_OF

STEPS = [step for step in JobSubstatus if JOB_STATUS_OF[step] not in ENDED]
"""What a job goes through before it ends, in order."""

_KEPT = {"description": 300, "note": 200, "reason": 500}
"""Most bytes of these texts in a card, as JSON; the job itself has all of them."""
_KEPT_METRICS = 600
"""Bytes of the metrics, as JSON."""
_KEPT_NAME = 100
"""Bytes of a metric's name."""
_SHOWN = {"description": 80, "note": 100, "reason": 160}
"""Characters of these texts that HTML and text show."""
_SHOWN_METRICS = 4
_SHOWN_NAME = 24
_BAR = 20
"""Characters of the bar of epochs."""
_SPACE = "\N{NO-BREAK SPACE}"
_SPARKS = "▁▂▃▄▅▆▇█"


class _Line(NamedTuple):
    name: str
    text: str


def job_bundle(card: JobCard) -> dict[str, object]:
    """The MIME bundle to display for a job, at most 8 kB."""
    bundle = render_card(card)
    return {
        JOB_MIME: msgspec.to_builtins(bundle.card),
        "text/html": bundle.html,
        "text/plain": bundle.text,
    }


def render_card(card: JobCard) -> JobCardBundle:
    """The same as a record, for the browser, which rewrites outputs when a job has ended."""
    kept = card_snapshot(card)
    title = _title(kept)
    lines = _lines(kept)
    return JobCardBundle(card=kept, html=_to_html(title, lines), text=_to_text(title, lines))


def card_snapshot(card: JobCard) -> JobCard:
    """The card cut to what a notebook has room for: at most 4 kB as JSON."""
    job = with_cut_texts(card.job, _KEPT)
    return msgspec.structs.replace(
        card,
        job=msgspec.structs.replace(job, traceback=None, metrics=_first(job.metrics)),
        metric=None if card.metric is None else cut(card.metric, _KEPT_NAME),
    )


def _first(metrics: dict[str, float | None]) -> dict[str, float | None]:
    """As many metrics as fit. Their names are never cut: readers look for them."""
    kept: dict[str, float | None] = {}
    size = 2
    for name, value in metrics.items():
        added = len(msgspec.json.encode({name: value}))
        if len(msgspec.json.encode(name)) > _KEPT_NAME:
            continue
        if (size := size + added) > _KEPT_METRICS:
            break
        kept[name] = value
    return kept


def _title(card: JobCard) -> str:
    job = card.job
    name = one_line(job.description, _SHOWN["description"]) or job.job_id
    time_s = (job.ended_at if job.ended_at is not None else card.as_of) - job.created_at
    parts = [name, format_duration(time_s), *format_attempt(job.attempt), job.status]
    return " · ".join(parts)


def _lines(card: JobCard) -> list[_Line]:
    """What the card says under its title, the most important first."""
    job = card.job
    found = [
        ("Reason", one_line(job.reason or "", _SHOWN["reason"])),
        ("Now", _now(job)),
        ("Steps", _steps(card)),
        ("Epochs", _epochs(card)),
        ("Metrics", _metrics(job)),
        ("By epoch", _by_epoch(card)),
        ("Sizes", _sizes(card)),
        ("Verdict", job.verdict or ""),
        ("Job", _origin(job)),
        ("Kernel", _kernel(job)),
    ]
    return [_Line(name, text) for name, text in found if text]


def _now(job: Job) -> str:
    if job.status in ENDED:
        return ""
    if job.cancel_requested:
        return "Canceling"
    return one_line(job.note, _SHOWN["note"])


def _steps(card: JobCard) -> str:
    """``✓ REQUESTING SERVER, ▶ CONNECTING SERVER, SENDING MODEL & DATA``, ..."""
    if card.job.status is JobStatus.COMPLETED:
        return ", ".join(f"✓{_SPACE}{step}" for step in STEPS)
    if card.reached not in STEPS:
        return ""
    at = STEPS.index(card.reached)
    mark = "✕" if card.job.status is JobStatus.CANCELED else "▶"
    marks = [f"✓{_SPACE}"] * at + [f"{mark}{_SPACE}"] + [""] * (len(STEPS) - at - 1)
    return ", ".join(f"{mark}{step}" for mark, step in zip(marks, STEPS, strict=True))


def _epochs(card: JobCard) -> str:
    job = card.job
    done = min(_BAR, _BAR * job.epoch // max(1, job.epochs))
    text = f"{job.epoch} of {job.epochs}"
    if job.substatus is JobSubstatus.TRAINING:
        if job.batch and job.batches:
            text += f", batch {job.batch} of {job.batches}"
        if card.left_s is not None:
            text += f", about {format_about(card.left_s)} left"
    return f"{text} {'█' * done}{'░' * (_BAR - done)}"


def _metrics(job: Job) -> str:
    shown = [
        f"{_name(name)} {format_value(value)}"
        for name, value in list(job.metrics.items())[:_SHOWN_METRICS]
    ]
    return ", ".join(shown) + (", …" if len(job.metrics) > _SHOWN_METRICS else "")


def _name(metric: str) -> str:
    return one_line(metric, _SHOWN_NAME)


def _by_epoch(card: JobCard) -> str:
    line = _sparkline(card.values)
    return f"{_name(card.metric or '')} {line}" if line else ""


def _sparkline(values: list[float | None]) -> str:
    """The values as blocks of eight heights, with a gap where one is not a number."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    scale = (len(_SPARKS) - 1) / (high - low) if high > low else 0.0
    blocks = [" " if value is None else _SPARKS[round((value - low) * scale)] for value in values]
    return f"{''.join(blocks)} {_ends(known)}"


def _ends(known: list[float]) -> str:
    return f"{format_value(known[0])} to {format_value(known[-1])}"


def _sizes(card: JobCard) -> str:
    if card.model_bytes is None or card.data_bytes is None:
        return ""
    text = f"model {format_size(card.model_bytes)}, data {format_size(card.data_bytes)}"
    if card.expected_s is not None and card.job.needs_kernel:
        text += f" (about {format_about(card.expected_s)} to store and send)"
    return text


def _origin(job: Job) -> str:
    parts = [job.job_id]
    if job.machine_id is not None:
        parts.append(f"on {job.machine_id}")
    if job.replay_of is not None:
        start = f" from epoch {job.from_epoch}" if job.from_epoch else ""
        parts.append(f"replays {job.replay_of}{start}")
    elif job.recorded:
        parts.append("recorded")
    return ", ".join(parts)


def _kernel(job: Job) -> str:
    if job.status in ENDED:
        return ""
    if job.needs_kernel:
        return "Needed until model and data are stored"
    return "Safe to close: the job goes on without it"


def _to_text(title: str, lines: list[_Line]) -> str:
    names = max((len(line.name) for line in lines), default=0)
    return "\n".join(
        [
            wrapped(title),
            *(wrapped(f"{line.name:<{names}}  {line.text}", names + 2) for line in lines),
        ]
    )


def _to_html(title: str, lines: list[_Line]) -> str:
    # Aligned twice, for the reasons that `aibro.display.timeline` gives.
    left = 'align="left" style="text-align:left"'
    rows = [
        f"<tr><td {left}>{unbroken(line.name)}</td>"
        f"<td {left}>{html.escape(line.text, quote=False)}</td></tr>"
        for line in lines
    ]
    heading = html.escape(title, quote=False)
    return f"<p><b>{heading}</b></p><table>{''.join(rows)}</table>"
