"""The result of a benchmark: its runs, those of its baseline, and whether its aim is met."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

NAN = float("nan")
Statistic = Callable[[Sequence[float]], float]


@dataclass(frozen=True)
class Aim:
    """A target for a benchmark.

    Args:
        words: describes the target.
        holds: takes the value and the baseline (NaN if there is none), and returns whether the
        target is met.
    """

    words: str
    holds: Callable[[float, float], bool]


def at_most(limit: float, unit: str) -> Aim:
    """The value must not exceed the limit."""
    return Aim(f"at most {limit:g} {unit}", lambda value, _: value <= limit)


def at_least(limit: float, unit: str) -> Aim:
    """The value must reach the limit."""
    return Aim(f"at least {limit:g} {unit}", lambda value, _: value >= limit)


def at_most_more(limit: float, unit: str) -> Aim:
    """The value must not exceed the baseline by more than the limit."""
    return Aim(f"at most {limit:g} {unit} more", lambda value, other: value - other <= limit)


def at_most_times(limit: float) -> Aim:
    """The value must not exceed the baseline times the limit."""
    return Aim(f"at most {limit:g} times", lambda value, other: value <= limit * other)


def at_least_speed(factor: float) -> Aim:
    """For durations of the same work: the speed must reach ``factor`` times the baseline's."""
    return Aim(f"at least {factor:g} times its speed", lambda value, other: other >= factor * value)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One result, which is one line of the output."""

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
    """How it was measured, if the name does not make that clear."""


def result(
    figure: str,
    unit: str,
    runs: Sequence[float],
    aim: Aim,
    compared_with: tuple[str, Sequence[float]] | None = None,
    statistic: Statistic = statistics.median,
    note: str = "",
) -> Result:
    """Compare a benchmark with its aim.

    Args:
        figure: the name of the benchmark.
        unit: the unit of all numbers.
        runs: one value for each run.
        aim: the target.
        compared_with: the baseline's name, and one value for each of its runs.
        statistic: reduces the runs to one value.
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
    """Return the 95th percentile of the runs."""
    return statistics.quantiles(runs, n=20, method="inclusive")[-1]


def _rounded(runs: Sequence[float]) -> list[float]:
    # More digits than a clock can measure would only make the lines long.
    return [float(f"{run:.5g}") for run in runs]
