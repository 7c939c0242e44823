"""Two jobs' timelines side by side, in the forms a notebook's output has, with a sentence."""

from __future__ import annotations

import html
from typing import NamedTuple

import msgspec

from aibro.display.format import format_duration, one_line
from aibro.display.reading import Reading, read_timeline
from aibro.display.timeline import snapshot_of
from aibro.models import (
    TIMELINE_MIME,
    PeriodName,
    Timeline,
    TimelineDiff,
    TimelineDiffBundle,
)
from aibro.transitions import ENDED

_KEPT = {"description": 150, "reason": 150}
"""Bytes of these texts, as JSON, that each of the two keeps."""
_KEPT_EACH = 1700
_SHOWN = 32
"""Characters of each description that is shown."""
_NAMED = 3
"""Periods that the sentence names, at most."""
_WORTH_A_WORD = 0.05
"""Part of the whole difference from which a period is named."""
_THE_SAME = 0.01
"""Part of the longer wall time up to which two jobs took as long."""
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
    name: PeriodName
    first: float | None
    """Seconds; ``None`` where the period did not happen."""
    second: float | None

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
    """Put two timelines side by side, and say what the second saved."""
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


def _changes(first: Reading, second: Reading) -> list[_Change]:
    """The periods of either, in the document's order."""
    durations = [{row.name: row.duration for row in reading.rows} for reading in (first, second)]
    return [
        _Change(name, durations[0].get(name), durations[1].get(name))
        for name in PeriodName
        if name in durations[0] or name in durations[1]
    ]


def _sentence(first: Timeline, second: Timeline) -> str:
    readings = read_timeline(first), read_timeline(second)
    changes = _changes(*readings)
    saved = readings[0].wall_time - readings[1].wall_time
    longer = max(reading.wall_time for reading in readings)
    so_far = "" if {first.status, second.status} <= ENDED else " so far"
    if abs(saved) <= _THE_SAME * longer:
        return f"Both took {format_duration(longer)}{so_far}."
    amount = format_duration(abs(saved))
    instance = _instance(first, second)
    if instance and _is_mostly_setup(changes, saved):
        done = "were saved" if saved > 0 else "more were taken"
        words = f"On the {instance} {amount} {done}{so_far}"
    else:
        words = f"The second job took {amount} {'less' if saved > 0 else 'more'}{so_far}"
    named = _named(changes, saved)
    return f"{words}: {named}." if named else f"{words}."


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
    """The periods that the difference comes from, the largest first."""
    sign = 1 if saved > 0 else -1
    parts = sorted(
        (change for change in changes if change.saved * sign >= _WORTH_A_WORD * abs(saved)),
        key=lambda change: -change.saved * sign,
    )
    return ", ".join(f"{part.name} {format_duration(abs(part.saved))}" for part in parts[:_NAMED])


def _name(timeline: Timeline) -> str:
    return one_line(timeline.description, _SHOWN) or timeline.job_id


def _table(diff: TimelineDiff) -> list[list[str]]:
    first, second = read_timeline(diff.first), read_timeline(diff.second)
    rows = [
        [change.name.value, _cell(change.first), _cell(change.second), _difference(change.saved)]
        for change in _changes(first, second)
    ]
    for name, mine, other in (
        ("Idle", first.idle_time, second.idle_time),
        ("Wall time", first.wall_time, second.wall_time),
    ):
        rows.append([name, _cell(mine), _cell(other), _difference(mine - other)])
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
    return "\n".join([sentence, "", *lines])


def _to_html(sentence: str, header: list[str], rows: list[list[str]]) -> str:
    # The first column's side is said in both of the ways that some reader knows, as in a
    # timeline's table; the right is JupyterLab's own.
    sides = ['align="left" style="text-align:left"', *['align="right"'] * (len(header) - 1)]

    def row(cells: list[str], tag: str) -> str:
        return "".join(
            f"<{tag} {side}>{html.escape(cell, quote=False)}</{tag}>"
            for side, cell in zip(sides, cells, strict=True)
        )

    body = "".join(f"<tr>{row(cells, 'td')}</tr>" for cells in rows)
    return (
        f"<p><b>{html.escape(sentence, quote=False)}</b></p>"
        f"<table><tr>{row(header, 'th')}</tr>{body}</table>"
    )
