"""Two jobs' timelines side by side, in the forms a notebook's output has, with a sentence."""

from __future__ import annotations

import html
from typing import NamedTuple

import msgspec

from aibro.display.format import format_duration, one_line, unbroken, wrapped
from aibro.display.reading import Row, read_timeline
from aibro.display.timeline import last_attempt, snapshot_of
from aibro.errors import BadInput
from aibro.models import (
    TIMELINE_MIME,
    JobStatus,
    PeriodName,
    Timeline,
    TimelineDiff,
    TimelineDiffBundle,
)
from aibro.transitions import ENDED

_KEPT = {"description": 150, "reason": 150}
"""Bytes of these texts, as JSON, that each of the two keeps."""
_KEPT_EACH = 1700
_SHOWN = 18
"""Characters of each description that heads a column: the table has to fit into a line of text."""
_NAMED = 3
"""Periods that the sentence names, at most."""
_WORTH_A_WORD = 0.05
"""Part of the whole difference from which a period is named."""
_THE_SAME = 0.01
"""Part of the longer wall time up to which two jobs took as long."""
_IDLE = "Idle"
_SETUP = frozenset(
    {
        PeriodName.REQUEST_LAUNCH,
        PeriodName.INSTANCE_CONNECT,
        PeriodName.SERVER_SETUP,
        PeriodName.ENV_GEAR_UP,
        # The first model on an instance also imports what the framework needs for one.
        PeriodName.DESERIALIZATION,
    }
)


class _Change(NamedTuple):
    name: str
    first: float | None
    """Seconds; ``None`` where it did not happen."""
    second: float | None
    is_settled: bool
    """False while either may still grow."""

    @property
    def saved(self) -> float:
        """Seconds that the second took less."""
        return (self.first or 0.0) - (self.second or 0.0)


def diff_bundle(diff: TimelineDiff) -> dict[str, object]:
    """The MIME bundle to display for two timelines, at most 8 kB."""
    bundle = render_diff(diff)
    return {
        TIMELINE_MIME: msgspec.to_builtins(bundle.diff),
        "text/html": bundle.html,
        "text/plain": bundle.text,
    }


def compare_timelines(first: Timeline, second: Timeline) -> TimelineDiff:
    """Put two timelines side by side, and say what the second saved.

    Raises:
        BadInput: they are of one job.
    """
    if first.job_id == second.job_id:
        raise BadInput(f"Job {first.job_id} cannot be compared with itself; name two jobs.")
    return TimelineDiff(
        first=_snapshot(first),
        second=_snapshot(second),
        sentence=_sentence(first, second),
    )


def render_diff(diff: TimelineDiff) -> TimelineDiffBundle:
    """The same as a record of the wire, for whoever rewrites an output."""
    header = ["Period", _name(diff.first), _name(diff.second), "Difference"]
    rows = _table(diff)
    return TimelineDiffBundle(
        diff=diff,
        html=_to_html(diff.sentence, header, rows),
        text=_to_text(diff.sentence, header, rows),
    )


def _snapshot(timeline: Timeline) -> Timeline:
    # Advice is for each alone.
    alone = msgspec.structs.replace(timeline, advice=None)
    return snapshot_of(alone, _KEPT, _KEPT_EACH)


def _changes(first: Timeline, second: Timeline) -> list[_Change]:
    """The periods of either, in the order of docs/statuses.md, and then the idle time."""
    readings = read_timeline(first), read_timeline(second)
    ended = [timeline.status in ENDED for timeline in (first, second)]
    rows = [{row.name: row for row in reading.rows} for reading in readings]
    changes = []
    for name in PeriodName:
        one, other = rows[0].get(name), rows[1].get(name)
        if one is None and other is None:
            continue
        # What has not happened may still come.
        is_settled = all(
            is_over if row is None else not row.open
            for row, is_over in zip((one, other), ended, strict=True)
        )
        changes.append(_Change(name.value, _duration(one), _duration(other), is_settled))
    idle = _Change(_IDLE, readings[0].idle_time, readings[1].idle_time, all(ended))
    return [*changes, idle]


def _duration(row: Row | None) -> float | None:
    return None if row is None else row.duration


def _sentence(first: Timeline, second: Timeline) -> str:
    if not first.status is second.status is JobStatus.COMPLETED:
        return f"The first job {_how_long(first)}, the second {_how_long(second)}."
    wall_times = read_timeline(first).wall_time, read_timeline(second).wall_time
    saved, longer = wall_times[0] - wall_times[1], max(wall_times)
    if abs(saved) <= _THE_SAME * longer:
        return f"Both took {format_duration(longer)}."
    changes = _changes(first, second)
    amount = format_duration(abs(saved))
    instance = _instance(first, second)
    if instance and _is_mostly_setup(changes, saved):
        words = f"On the {instance} {amount} {'were saved' if saved > 0 else 'more were taken'}"
    else:
        words = f"The second job took {amount} {'less' if saved > 0 else 'more'}"
    named = _named(changes, saved)
    against = _named(changes, -saved)
    return (
        f"{words}"
        + (f": {named}" if named else "")
        + (f"; but {against} {'more' if saved > 0 else 'less'}" if against else "")
        + "."
    )


def _how_long(timeline: Timeline) -> str:
    """How long a job took, in words that stay true until there is a newer timeline."""
    if timeline.status not in ENDED:
        return "has not ended yet"
    took = format_duration(read_timeline(timeline).wall_time)
    return (
        f"took {took}" if timeline.status is JobStatus.COMPLETED else f"was canceled after {took}"
    )


def _instance(first: Timeline, second: Timeline) -> str | None:
    """The second job's instance, when the first had one of the other kind."""
    was_new, is_new = _on_new_instance(first), _on_new_instance(second)
    if was_new and is_new is False:
        return "cooling instance"
    if is_new and was_new is False:
        return "new instance"
    return None


def _is_mostly_setup(changes: list[_Change], saved: float) -> bool:
    """Whether the difference comes from what a cooling instance saves."""
    setup = sum(change.saved for change in changes if change.name in _SETUP)
    return setup / saved >= 0.5


def _on_new_instance(timeline: Timeline) -> bool | None:
    """Whether a framework had to come up; ``None`` when the job did not come so far."""
    names = {period.name for period in timeline.periods}
    if PeriodName.ENV_GEAR_UP in names:
        return True
    return False if PeriodName.MODEL_TRAINING in names else None


def _named(changes: list[_Change], saved: float) -> str:
    """The periods that saved, or took, a good part of so many seconds, the largest first."""
    sign = 1 if saved > 0 else -1
    parts = sorted(
        (change for change in changes if change.saved * sign >= _WORTH_A_WORD * abs(saved)),
        key=lambda change: -change.saved * sign,
    )
    return ", ".join(f"{part.name} {format_duration(abs(part.saved))}" for part in parts[:_NAMED])


def _name(timeline: Timeline) -> str:
    return one_line(timeline.description, _SHOWN) or timeline.job_id


def _table(diff: TimelineDiff) -> list[list[str]]:
    first, second = diff.first, diff.second
    wall_time = _Change(
        "In all",
        read_timeline(first).wall_time,
        read_timeline(second).wall_time,
        {first.status, second.status} <= ENDED,
    )
    rows = [
        [
            change.name,
            _cell(change.first),
            _cell(change.second),
            _difference(change.saved) if change.is_settled else "",
        ]
        for change in (*_changes(first, second), wall_time)
    ]
    attempts = [last_attempt(timeline) for timeline in (first, second)]
    if max(attempts) > 1:
        rows.append(["Attempts", *map(str, attempts), ""])
    return rows


def _cell(seconds: float | None) -> str:
    return "-" if seconds is None else format_duration(seconds)


def _difference(saved: float) -> str:
    """What the second took more or less: ``+40 ms`` or as much less; nothing for nothing."""
    if abs(saved) < 0.0005:
        return ""
    sign = "\N{MINUS SIGN}" if saved > 0 else "+"
    return f"{sign}{format_duration(abs(saved))}"


def _to_text(sentence: str, header: list[str], rows: list[list[str]]) -> str:
    table = [header, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
    return "\n".join([wrapped(sentence), "", *lines])


def _to_html(sentence: str, header: list[str], rows: list[list[str]]) -> str:
    # The first column's side is said in both of the ways that some reader knows, as in a
    # timeline's table; the right is JupyterLab's own.
    sides = ['align="left" style="text-align:left"', *['align="right"'] * (len(header) - 1)]

    def row(cells: list[str], tag: str) -> str:
        return "".join(
            f"<{tag} {side}>{unbroken(cell) if tag == 'td' else html.escape(cell)}</{tag}>"
            for side, cell in zip(sides, cells, strict=True)
        )

    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    return (
        f"<p><b>{html.escape(sentence, quote=False)}</b></p>"
        f"<table><tr>{row(header, 'th')}</tr>{body}</table>"
    )
