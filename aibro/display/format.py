"""Numbers and texts as people read them: formatted as in the browser, and cut to what fits."""

from __future__ import annotations

import html
import math
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from aibro.models import Record

R = TypeVar("R", bound=Record)

COLUMNS = 80
"""Characters of a line that every terminal and every printed page has room for."""
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


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


def format_about(seconds: float) -> str:
    """An estimated duration, without the digits that nobody can know: ``3 s``, ``2 min``."""
    if seconds < 59.5:
        return f"{max(1, _round(seconds))} s"
    minutes = _round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def format_share(share: float) -> str:
    """A share for people: ``62 %``, ``<1 %``, nothing for nothing."""
    if not math.isfinite(share) or share <= 0:
        return ""
    return "<1 %" if share < 0.005 else f"{_round(share * 100)} %"


def format_size(size: int) -> str:
    """A size in bytes, in the unit that fits: ``4.2 MB``."""
    step = min(len(_UNITS) - 1, (len(str(size)) - 1) // 3)
    if step == 0:
        return "1 byte" if size == 1 else f"{size} bytes"
    value = size / 1000**step
    digits = max(0, 2 - int(math.log10(value)))
    text = f"{value:,.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {_UNITS[step]}"


def format_attempt(attempt: int) -> list[str]:
    """Which attempt it is, as a part of a title; nothing for a first one."""
    return [f"attempt {attempt}"] if attempt > 1 else []


def format_value(value: float | None) -> str:
    """A metric's value; ``None`` stands for NaN and the infinities."""
    return "not a number" if value is None else f"{value:.4g}"


def one_line(text: str, limit: int) -> str:
    """One line of at most so many characters, without control characters."""
    line = " ".join(text.split())
    printable = "".join(char for char in line if unicodedata.category(char) not in {"Cc", "Cf"})
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


def wrapped(text: str, indent: int = 0) -> str:
    """A text wrapped to the width of a terminal; all lines but the first are indented."""
    return textwrap.fill(text, COLUMNS, subsequent_indent=" " * indent, break_on_hyphens=False)


def unbroken(text: str) -> str:
    """HTML of a text that stays on one line, even where a sanitiser removes styles."""
    return html.escape(text, quote=False).replace(" ", "\N{NO-BREAK SPACE}")


def with_cut_texts(record: R, limits: Mapping[str, int]) -> R:
    """The record with its texts cut to so many bytes of JSON each.

    Args:
        record: what to cut.
        limits: the names of its texts, and how many bytes each may have.
    """
    texts = {name: getattr(record, name) for name in limits}
    cut_texts = {name: cut(text, limits[name]) for name, text in texts.items() if text is not None}
    return msgspec.structs.replace(record, **cut_texts)


def cut(text: str, limit: int) -> str:
    """As much of a text as fits into so many bytes of JSON."""
    if len(msgspec.json.encode(text)) <= limit:
        return text
    kept = text[:limit]
    while len(msgspec.json.encode(kept + "…")) > limit:
        kept = kept[: len(kept) * 9 // 10]
    return kept + "…"


def _round(value: float) -> int:
    # Not round(): it rounds halves to even, the browser does not.
    return math.floor(value + 0.5)
