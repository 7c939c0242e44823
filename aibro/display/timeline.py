"""A timeline in the three forms of a notebook's output: our JSON, an HTML table and text.

The JSON is what JupyterLab draws; HTML and text are for everything else: GitHub, nbconvert,
VS Code, a terminal. The HTML has neither script nor style sheet nor class, and says everything in
text, so that a sanitiser that removes every attribute does no harm. Cells are aligned twice, by
``align`` and by ``style``: GitHub removes ``style``, JupyterLab's style sheet overrules ``align``.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping

import msgspec

from aibro.display.format import (
    format_attempt,
    format_duration,
    format_share,
    one_line,
    unbroken,
    with_cut_texts,
    wrapped,
)
from aibro.display.reading import Reading, Row, read_timeline
from aibro.models import TIMELINE_MIME, Period, PeriodName, Timeline, TimelineBundle

MAX_SNAPSHOT = 4096
"""Bytes of the JSON."""
MAX_BUNDLE = 8192
"""Bytes of all forms together in the notebook's file."""
BAR = 24
"""Characters of the longest bar."""
IDLE_SHARE = 0.005
"""The title names idle time from this part of the wall time on."""

_SPACES = 450
"""Bytes that a notebook's file adds for its own layout, in and around our JSON."""
_KEPT = {"description": 300, "reason": 500, "advice": 240}
"""Most bytes of these texts in a snapshot, as JSON; the job itself has all of them."""
_SHOWN = {"description": 100, "reason": 150, "advice": 180}
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


def timeline_bundle(timeline: Timeline) -> dict[str, object]:
    """The MIME bundle to display for a timeline, at most 8 kB."""
    bundle = render_timeline(timeline)
    return {
        TIMELINE_MIME: msgspec.to_builtins(bundle.timeline),
        "text/html": bundle.html,
        "text/plain": bundle.text,
    }


def render_timeline(timeline: Timeline) -> TimelineBundle:
    """The same as a record, for the browser, which rewrites outputs when a job has ended."""
    cut = with_cut_texts(timeline, _KEPT)
    # HTML and text stay true when attempts are joined for the snapshot.
    reading = read_timeline(cut)
    source, text = _to_html(cut, reading), _to_text(cut, reading)
    left = MAX_BUNDLE - _SPACES - sum(len(msgspec.json.encode(it)) for it in (source, text))
    snapshot = snapshot_of(cut, _KEPT, min(MAX_SNAPSHOT, left))
    return TimelineBundle(timeline=snapshot, html=source, text=text)


def snapshot_of(timeline: Timeline, kept: Mapping[str, int], limit: int) -> Timeline:
    """The timeline made short enough for a notebook: texts cut, early attempts joined.

    Args:
        timeline: as the store has it.
        kept: how many bytes of JSON each text may have.
        limit: how many bytes the whole may have; above it, attempts are joined, the earliest first.
    """
    whole = with_cut_texts(timeline, kept)
    snapshot = whole
    for attempt in sorted({period.attempt for period in whole.periods}):
        if len(msgspec.json.encode(snapshot)) <= limit:
            break
        # The latest attempts matter most: the earliest are joined first.
        snapshot = msgspec.structs.replace(whole, periods=_joined(whole, attempt))
    return snapshot


def _joined(timeline: Timeline, attempt: int) -> list[Period]:
    """The periods with the first attempts joined into one: each period in one piece.

    Such a piece is as long as its parts together and ends with the last of them.

    Args:
        timeline: the timeline.
        attempt: the last of the attempts to join.
    """
    first = [period for period in timeline.periods if period.attempt <= attempt]
    rows = read_timeline(msgspec.structs.replace(timeline, periods=first)).rows
    return [
        *(
            Period(
                name=row.name,
                start=row.end - row.duration,
                end=None if row.open else row.end,
                attempt=attempt,
            )
            for row in rows
        ),
        *(period for period in timeline.periods if period.attempt > attempt),
    ]


def _title(timeline: Timeline, reading: Reading) -> str:
    name = one_line(timeline.description, _SHOWN["description"]) or timeline.job_id
    attempt = format_attempt(last_attempt(timeline))
    return " · ".join([name, _times(reading), *attempt, timeline.status])


def last_attempt(timeline: Timeline) -> int:
    """The latest attempt that has a period."""
    return max((period.attempt for period in timeline.periods), default=1)


def _times(reading: Reading) -> str:
    wall_time = format_duration(reading.wall_time)
    if reading.idle_time < IDLE_SHARE * reading.wall_time or reading.idle_time == 0:
        return wall_time
    return f"{wall_time}, {format_duration(reading.idle_time)} idle"


def _bar(row: Row, longest: float) -> str:
    cells = max(1, math.floor(BAR * row.duration / longest + 0.5)) if longest > 0 else 1
    return ("▒" if row.open else "█") * cells


def _sentences(timeline: Timeline) -> list[str]:
    """The lines under the title."""
    return [
        one_line(text, _SHOWN[name])
        for name, text in (("reason", timeline.reason), ("advice", timeline.advice))
        if text
    ]


def _to_text(timeline: Timeline, reading: Reading) -> str:
    """Aligned lines with bars.

    JupyterLab guesses the height of an output that it has not drawn yet from these lines, 17 px
    each. So there are as many lines as the chart is high.
    """
    rows, longest = reading.rows, reading.longest
    heading = [wrapped(text) for text in (_title(timeline, reading), *_sentences(timeline))]
    lines = [*"\n".join(heading).split("\n"), ""]
    names = max((len(row.name.value) for row in rows), default=0)
    durations = max((len(format_duration(row.duration)) for row in rows), default=0)
    lines.extend(
        # The bars come last: where a font lacks such blocks, as in a PDF, nothing else moves.
        f"{row.name.value:<{names}}  {format_duration(row.duration):>{durations}}"
        f"  {format_share(row.share):>5}  {_bar(row, longest):^{BAR}}".rstrip()
        for row in rows
    )
    # A line of the chart is 24 px; its title and its buttons are 64 px.
    lines.extend([""] * (math.ceil((24 * len(rows) + 64) / 17) - len(lines)))
    return "\n".join(lines)


def _to_html(timeline: Timeline, reading: Reading) -> str:
    """A table with bars of block characters: they are text, so they survive without styles."""
    title = html.escape(_title(timeline, reading), quote=False)
    parts = [f"<p><b>{title}</b>"]
    parts += [f"<br>{html.escape(text, quote=False)}" for text in _sentences(timeline)]
    parts.append("</p><table>")
    for row in reading.rows:
        colour = _COLOURS[row.name]
        parts.append(
            f'<tr><td align="left" style="text-align:left">{html.escape(row.name.value)}</td>'
            f'<td align="center" style="text-align:center;color:{colour}" aria-hidden="true">'
            f"{_bar(row, reading.longest)}</td>"
            f'<td align="right">{unbroken(format_duration(row.duration))}</td>'
            f'<td align="right">{unbroken(format_share(row.share))}</td></tr>'
        )
    parts.append("</table>")
    return "".join(parts)
