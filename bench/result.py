"""What a figure found: its runs, those it is compared with, and whether its aim holds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

NAN = float("nan")
Statistic = Callable[[Sequence[float]], float]


@dataclass(frozen=True)
class Aim:
    """What a figure shall reach.

    Args:
        words: for people.
        holds: takes the figure's value and the one it is compared with (not a number when
            there is none).
    """

    words: str
    holds: Callable[[float, float], bool]


def at_most(limit: float, unit: str) -> Aim:
    """The value itself is limited."""
    return Aim(f"at most {limit:g} {unit}", lambda value, _: value <= limit)


def at_least(limit: float, unit: str) -> Aim:
    """The value itself has to be reached."""
    return Aim(f"at least {limit:g} {unit}", lambda value, _: value >= limit)


def at_most_more(limit: float, unit: str) -> Aim:
    """The value may exceed what it is compared with by so much."""
    return Aim(f"at most {limit:g} {unit} more", lambda value, other: value - other <= limit)


def at_most_times(limit: float) -> Aim:
    """The value may be so many times what it is compared with."""
    return Aim(f"at most {limit:g} times", lambda value, other: value <= limit * other)


def at_least_speed(factor: float) -> Aim:
    """Of two durations for the same work: the speed reaches so much of the other one's."""
    return Aim(f"at least {factor:g} times its speed", lambda value, other: other >= factor * value)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the output."""

    figure: str
    unit: str
    value: float
    """The median of ``runs`` unless the figure's name says otherwise."""
    runs: list[float]
    compared_with: str | None
    baseline: float | None
    """The median of ``baseline_runs``."""
    baseline_runs: list[float]
    ratio: float | None
    """``value / baseline``."""
    aim: str
    holds: bool
    note: str
    """How it was measured, as far as the name does not say it."""


def result(
    figure: str,
    unit: str,
    runs: Sequence[float],
    aim: Aim,
    compared_with: tuple[str, Sequence[float]] | None = None,
    statistic: Statistic = statistics.median,
    note: str = "",
) -> Result:
    """Judge a figure.

    Args:
        figure: what was measured.
        unit: of all numbers.
        runs: one number for each run.
        aim: what it shall reach.
        compared_with: what it is compared with, and one number for each of its runs.
        statistic: makes one value of the runs.
        note: how it was measured.
    """
    value = statistic(runs)
    baseline = statistic(compared_with[1]) if compared_with else None
    return Result(
        figure=figure,
        unit=unit,
        value=value,
        runs=_rounded(runs),
        compared_with=compared_with[0] if compared_with else None,
        baseline=baseline,
        baseline_runs=_rounded(compared_with[1]) if compared_with else [],
        ratio=value / baseline if baseline else None,
        aim=aim.words,
        holds=aim.holds(value, NAN if baseline is None else baseline),
        note=note,
    )


def percentile_95(runs: Sequence[float]) -> float:
    """The value that 95 of 100 runs do not exceed."""
    return statistics.quantiles(runs, n=20, method="inclusive")[-1]


def _rounded(runs: Sequence[float]) -> list[float]:
    # Digits that no clock has measured only make the lines long.
    return [float(f"{run:.5g}") for run in runs]
