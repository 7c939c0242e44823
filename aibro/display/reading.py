"""A timeline at one moment: its periods as rows, wall time and idle time."""

from __future__ import annotations

from typing import NamedTuple

from aibro.models import Period, PeriodName, Timeline
from aibro.transitions import ENDED


class Row(NamedTuple):
    """One period as charts and tables show it; times in seconds since the epoch."""

    name: PeriodName
    end: float
    duration: float
    """Seconds; less than from its start to ``end`` when the period happened in pieces."""
    share: float
    """Of the wall time; shares of periods that overlap add up to more than 1."""
    open: bool
    """True while the period goes on."""


class Reading(NamedTuple):
    """What a timeline says."""

    rows: list[Row]
    """The periods that happened, in the order of docs/statuses.md."""
    wall_time: float
    """Seconds from the call to the end, or to now."""
    idle_time: float
    """Seconds of the wall time in which no period went on: the job waited for something."""

    @property
    def longest(self) -> float:
        """The longest period's duration."""
        return max((row.duration for row in self.rows), default=0.0)


def read_timeline(timeline: Timeline) -> Reading:
    """Read a timeline.

    A job whose machine was taken away has a period in several pieces; they are one row.
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
            Row(
                name=name,
                end=max(piece_ends),
                duration=duration,
                share=duration / wall_time if wall_time > 0 else 0.0,
                open=not ended and any(piece.end is None for piece in pieces),
            )
        )
    return Reading(rows, wall_time, max(0.0, wall_time - _covered(periods, last)))


def _covered(periods: list[Period], last: float) -> float:
    """Seconds in which at least one period went on."""
    covered, reached = 0.0, float("-inf")
    for start, end in sorted(
        (period.start, last if period.end is None else period.end) for period in periods
    ):
        covered += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return covered
