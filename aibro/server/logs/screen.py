"""Renders a line of a log as a terminal would finally show it.

Progress bars redraw a line again and again, with carriage returns and backspaces. Only the last
state counts. Colours (SGR escape sequences) are kept in the text for the browser to show.
"""

from __future__ import annotations

import re
from itertools import groupby

_STYLE = re.compile(r"\x1b\[([0-9;:]*)m")
_OTHER_SEQUENCE = (
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # cursor moves, modes, ...
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, links
    r"|[@-Z\\-_])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_STYLE = re.compile(rf"(?!{_STYLE.pattern})(?:{_OTHER_SEQUENCE}|{_CONTROL.pattern})")
_REDRAWS = re.compile(r"[\r\x08]|\x1b\[[0-9;]*[CDGK]")
_BACK_TO_START = re.compile(r"\x08+\r")
_BESIDES_RETURNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TOKEN = re.compile(
    rf"(?P<text>[^\x00-\x08\x0b-\x1f\x7f]+)|{_STYLE.pattern}"
    rf"|\x1b\[(?P<count>[0-9;]*)(?P<move>[CDGK])|{_OTHER_SEQUENCE}|(?P<control>[\r\x08])|.",
    re.DOTALL,
)
_RESET = "\x1b[0m"
_DRAWN = 4096
"""How many characters of a redrawn line are rendered. Earlier ones were overwritten long ago."""
_MAX_STYLES = 16
_FARTHEST = 10_000
"""The last column that escape sequences can move the cursor to."""


def on_screen(line: str) -> str:
    r"""The final state of a line, with its colours.

    >>> on_screen("epoch 1\repoch 2")
    'epoch 2'
    """
    if not _CONTROL.search(line):
        return line
    line = line.rstrip("\r")
    return _drawn(line) if _REDRAWS.search(line) else _NO_STYLE.sub("", line)


def without_styles(text: str) -> str:
    """The text without colours and other styles."""
    return _STYLE.sub("", text)


def style_after(text: str, style: str = "") -> str:
    """The style at the end of ``text``, as SGR escape sequences.

    Args:
        text: what is shown.
        style: the style at its beginning, likewise.
    """
    for match in _STYLE.finditer(text):
        style = _changed(style, match[0], match[1])
    return style


def _changed(style: str, sequence: str, parameters: str) -> str:
    if parameters.strip("0") == "":
        return ""
    if parameters.startswith("0;"):
        return sequence
    if style.endswith(sequence):
        return style
    sequences = _STYLE.finditer(style + sequence)
    return "".join([match[0] for match in sequences][-_MAX_STYLES:])


def _drawn(line: str) -> str:
    """Draw a line as a terminal does, with one cell per character."""
    if len(line) > _DRAWN:
        start = line.find("\r", len(line) - _DRAWN)
        line = line[(start if start >= 0 else line.rfind("\r")) + 1 :]
    line = _BACK_TO_START.sub("\r", line)
    if not _BESIDES_RETURNS.search(line):
        states = line.split("\r")
        if len(states[-1]) == max(map(len, states)):
            return states[-1]
    cells: list[tuple[str, str]] = []
    column, style = 0, ""
    for token in _TOKEN.finditer(line):
        kind = token.lastgroup
        if kind == "text":
            text = token["text"]
            cells += [(" ", "")] * (column - len(cells))
            cells[column : column + len(text)] = [(each, style) for each in text]
            column += len(text)
        elif kind == "control":
            column = 0 if token["control"] == "\r" else max(0, column - 1)
        elif kind == "move":
            column = _moved(cells, column, token["move"], token["count"])
        elif token[2] is not None:
            style = _changed(style, token[0], token[2])
    return _joined(cells)


def _moved(cells: list[tuple[str, str]], column: int, move: str, count: str) -> int:
    """The cursor's column after an escape sequence; one that erases also changes the cells."""
    number = int(count) if count.isdecimal() else 0
    if move == "K":
        if number == 0:
            del cells[column:]
        else:
            end = column + 1 if number == 1 else len(cells)
            cells[:end] = [(" ", "")] * min(end, len(cells))
        return column
    steps = max(1, number)
    if move == "G":
        column = steps - 1
    else:
        column += steps if move == "C" else -steps
    return max(0, min(column, _FARTHEST))


def _joined(cells: list[tuple[str, str]]) -> str:
    """The cells as text, without blank cells at the end."""
    while cells and cells[-1] == (" ", ""):
        cells.pop()
    text, before = "", ""
    for style, group in groupby(cells, key=lambda cell: cell[1]):
        if before:
            text += _RESET
        text += style + "".join(character for character, _ in group)
        before = style
    return text + _RESET * bool(before)
