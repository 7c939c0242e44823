"""A timeline in the forms a notebook's output has: our JSON, an HTML table and text.

The JSON is what JupyterLab draws; HTML and text are for everything else: GitHub, nbconvert,
VS Code, a terminal. The HTML has neither script nor style sheet nor class, and says everything in
text, so that it survives a sanitiser that takes every attribute away.
"""

from __future__ import annotations

import html
import math
import unicodedata
from typing import NamedTuple

import msgspec

from aibro.models import TIMELINE_MIME, Period, PeriodName, Timeline, TimelineBundle
from aibro.transitions import ENDED

MAX_SNAPSHOT = 4096
"""Bytes of the JSON."""
BAR = 24
"""Characters of the longest bar."""

_KEPT = {"description": 300, "reason": 500}
"""Bytes of these texts, as JSON, that a snapshot keeps: the job has the whole."""
_SHOWN = {"description": 100, "reason": 160}
"""Characters of these texts that HTML and text show."""

_COLOURS = {
    PeriodName.JOB_CREATE: "#4790d8",
    PeriodName.REQUEST_LAUNCH: "#307bc0",
    PeriodName.INSTANCE_CONNECT: "#1666aa",
    PeriodName.SERVER_SETUP: "#c37a31",
    PeriodName.ENV_GEAR_UP: "#a0601b",
    PeriodName.SERIALIZATION: "#3ea485",
    PeriodName.TRANSFER: "#2d9678",
    PeriodName.DESERIALIZATION: "#17886b",
    PeriodName.RESULT_SERIALIZATION: "#0c7b60",
    PeriodName.RESULT_TRANSFER: "#006f55",
    PeriodName.MODEL_TRAINING: "#bc3181",
}


class _Row(NamedTuple):
    name: PeriodName
    end: float
    duration: float
    share: float
    open: bool


def timeline_bundle(timeline: Timeline) -> dict[str, object]:
    """The MIME bundle to display for a timeline, at most 8 kB."""
    bundle = render_timeline(timeline)
    return {
        TIMELINE_MIME: msgspec.to_builtins(bundle.timeline),
        "text/html": bundle.html,
        "text/plain": bundle.text,
    }


def render_timeline(timeline: Timeline) -> TimelineBundle:
    """The same as a record of the wire, for whoever rewrites an output."""
    snapshot = _snapshot(timeline)
    rows, wall_time = _read(snapshot)
    return TimelineBundle(
        timeline=snapshot,
        html=_to_html(snapshot, rows, wall_time),
        text=_to_text(snapshot, rows, wall_time),
    )


def format_duration(seconds: float) -> str:
    """A duration for people, as the charts write it: ``40 ms``, ``3.02 s``, ``2 min 05 s``."""
    if not math.isfinite(seconds) or seconds <= 0:
        return "0 ms"
    if seconds < 0.0005:
        return "<1 ms"
    if seconds < 0.9995:
        return f"{_round(seconds * 1000)} ms"
    if seconds < 9.995:
        return f"{_round(seconds * 100) / 100:.2f} s"
    if seconds < 59.95:
        return f"{_round(seconds * 10) / 10:.1f} s"
    whole = _round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    minutes = _round(seconds / 60)
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60:02} min"
    hours = _round(seconds / 3600)
    return f"{hours // 24} d {hours % 24:02} h"


def format_share(share: float) -> str:
    """A share for people: ``62 %``, ``<1 %``, nothing for nothing."""
    if not math.isfinite(share) or share <= 0:
        return ""
    return "<1 %" if share < 0.005 else f"{_round(share * 100)} %"


def _round(value: float) -> int:
    # Not round(): it rounds halves to even, the browser does not.
    return math.floor(value + 0.5)


def _snapshot(timeline: Timeline) -> Timeline:
    """The timeline with what makes it too long for a notebook cut or put together."""
    reason = timeline.reason
    snapshot = msgspec.structs.replace(
        timeline,
        description=_cut(timeline.description, _KEPT["description"]),
        reason=None if reason is None else _cut(reason, _KEPT["reason"]),
    )
    if len(msgspec.json.encode(snapshot)) <= MAX_SNAPSHOT:
        return snapshot
    return msgspec.structs.replace(snapshot, periods=_joined(snapshot))


def _cut(text: str, limit: int) -> str:
    """As much of a text as fits into so many bytes of JSON."""
    if len(msgspec.json.encode(text)) <= limit:
        return text
    kept = text[:limit]
    while len(msgspec.json.encode(kept + "…")) > limit:
        kept = kept[: len(kept) * 9 // 10]
    return kept + "…"


def _joined(timeline: Timeline) -> list[Period]:
    """Each period in one piece that is as long as its pieces together and ends with the last."""
    rows, _ = _read(timeline)
    return [
        Period(name=row.name, start=row.end - row.duration, end=None if row.open else row.end)
        for row in rows
    ]


def _read(timeline: Timeline) -> tuple[list[_Row], float]:
    """The periods that happened, in the document's order, and the wall time.

    A job that had to ask a second machine has a period in several pieces; they are one row.
    """
    ended = timeline.status in ENDED
    last = timeline.ended_at if ended and timeline.ended_at is not None else timeline.as_of
    periods = timeline.periods
    start = min([timeline.created_at, *(period.start for period in periods)])
    ends = [period.start if period.end is None else period.end for period in periods]
    wall_time = max([start, last, *ends]) - start
    rows = []
    for name in PeriodName:
        pieces = [period for period in periods if period.name is name]
        if not pieces:
            continue
        piece_ends = [last if piece.end is None else piece.end for piece in pieces]
        duration = sum(
            max(0.0, end - piece.start) for piece, end in zip(pieces, piece_ends, strict=True)
        )
        rows.append(
            _Row(
                name=name,
                end=max(piece_ends),
                duration=duration,
                share=duration / wall_time if wall_time > 0 else 0.0,
                open=not ended and any(piece.end is None for piece in pieces),
            )
        )
    return rows, wall_time


def _title(timeline: Timeline, wall_time: float) -> str:
    name = _line(timeline.description, _SHOWN["description"]) or timeline.job_id
    return f"{name} · {format_duration(wall_time)} · {timeline.status}"


def _line(text: str, limit: int) -> str:
    """One line of at most so many characters, without those that a terminal would obey."""
    line = " ".join(text.split())
    printable = "".join(char for char in line if unicodedata.category(char) not in {"Cc", "Cf"})
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


def _bar(row: _Row, longest: float) -> str:
    cells = max(1, _round(BAR * row.duration / longest)) if longest > 0 else 1
    return ("▒" if row.open else "█") * cells


def _longest(rows: list[_Row]) -> float:
    return max((row.duration for row in rows), default=0.0)


def _to_text(timeline: Timeline, rows: list[_Row], wall_time: float) -> str:
    """Aligned lines with bars.

    JupyterLab guesses the height of an output it has not drawn yet from these lines, 17 px each,
    so there are about as many as the drawing is high.
    """
    lines = [_title(timeline, wall_time)]
    if timeline.reason:
        lines.append(_line(timeline.reason, _SHOWN["reason"]))
    lines.append("")
    longest = _longest(rows)
    names = max((len(row.name.value) for row in rows), default=0)
    durations = max((len(format_duration(row.duration)) for row in rows), default=0)
    lines.extend(
        f"{row.name.value:<{names}}  {_bar(row, longest):^{BAR}}"
        f"  {format_duration(row.duration):>{durations}}  {format_share(row.share):>5}".rstrip()
        for row in rows
    )
    # A line of the chart is 24 px; its title and its buttons are 64 px.
    lines.extend([""] * (math.ceil((24 * len(rows) + 64) / 17) - len(lines)))
    return "\n".join(lines)


def _to_html(timeline: Timeline, rows: list[_Row], wall_time: float) -> str:
    """A table with bars of block characters: they are text, so they stay when styles go."""
    longest = _longest(rows)
    title = html.escape(_title(timeline, wall_time), quote=False)
    parts = [f"<p><b>{title}</b>"]
    if timeline.reason:
        reason = html.escape(_line(timeline.reason, _SHOWN["reason"]), quote=False)
        parts.append(f"<br>{reason}")
    parts.append("</p><table>")
    for row in rows:
        colour = _COLOURS[row.name]
        parts.append(
            f'<tr><td align="left">{html.escape(row.name.value)}</td>'
            f'<td align="center" aria-hidden="true"><span style="color:{colour}">'
            f"{_bar(row, longest)}</span></td>"
            f'<td align="right">{html.escape(format_duration(row.duration))}</td>'
            f'<td align="right">{html.escape(format_share(row.share))}</td></tr>'
        )
    parts.append("</table>")
    return "".join(parts)
