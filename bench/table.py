"""The table of all results at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.result import Result

HEAD = ("figure", "value", "compared with", "value", "ratio", "aim", "holds")
NUMBERS = frozenset({1, 3, 4})


def table(results: Iterable[Result]) -> str:
    """Return all results, one per line, in columns."""
    rows = [HEAD, *map(_row, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _row(result: Result) -> tuple[str, ...]:
    return (
        result.figure,
        _number(result.value, result.unit),
        result.compared_with or "-",
        _number(result.baseline, result.unit),
        f"{result.ratio:.2f}" if result.ratio is not None else "-",
        result.aim,
        "yes" if result.holds else "NO",
    )


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.4g} {unit}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if column in NUMBERS else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(padded).rstrip()
