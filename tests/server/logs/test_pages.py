"""Lines of a log by their numbers: the right ones, whatever the log looks like."""

from __future__ import annotations

import random
import time
import tracemalloc
from pathlib import Path

import pytest

from aibro.errors import StoreError
from aibro.models import LogLine, LogLines
from aibro.server.logs import MAX_LINES, OpenLogs, pages, read_lines
from aibro.server.logs.lines import MAX_LINE, LineIndex


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a log is seen in one call, however busy the machine is."""
    monkeypatch.setattr(pages, "PATIENCE_S", float("inf"))


class Log:
    """A log that is written and read."""

    def __init__(self, folder: Path, content: bytes = b"") -> None:
        self.path = folder / "log.txt"
        self.index = LineIndex()
        self.path.write_bytes(content)

    def add(self, content: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(content)

    def read(self, first: int = 0, limit: int = MAX_LINES, *, ended: bool = True) -> LogLines:
        return read_lines(self.path, self.index, first, limit, ended=ended)

    def all(self, limit: int = MAX_LINES) -> list[str]:
        texts: list[str] = []
        while (page := self.read(len(texts), limit)).lines:
            assert page.first == len(texts)
            texts += [line.text for line in page.lines]
        assert len(texts) == page.total
        return texts


@pytest.mark.parametrize("seed", range(12))
def test_lines_of_every_length_are_found_by_number(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    lengths = pick.choices((0, 1, 80, 3000, MAX_LINE), (40, 20, 40, 2, 0.2), k=3000)
    lines = [f"{number} ".ljust(length, "·")[:length] for number, length in enumerate(lengths)]
    end = pick.choice(("", "\n"))
    log = Log(tmp_path, ("\n".join(lines) + "x" + end).encode())
    lines[-1] += "x"
    seen = [line.encode()[:MAX_LINE].decode("utf-8", "replace") for line in lines]
    assert log.all(pick.choice((7, 200, MAX_LINES))) == seen
    for first in pick.choices(range(len(lines)), k=50):
        assert log.read(first, 1).lines[0].text == seen[first]


def test_lines_count_from_the_end_too(tmp_path: Path) -> None:
    log = Log(tmp_path, b"a\nb\nc\n")
    assert [line.text for line in log.read(-2).lines] == ["b", "c"]
    assert log.read(-9).first == 0
    beyond = log.read(2**52)
    assert (beyond.lines, beyond.first, beyond.total) == ([], 3, 3)


def test_a_log_that_grows_is_followed_and_its_last_line_too(tmp_path: Path) -> None:
    log = Log(tmp_path)
    written = ""
    pick = random.Random(1)
    assert log.read(ended=False).total == 0
    for _ in range(60):
        text = "".join(pick.choices(["word ", "\n", "x" * 5000, "é\n"], k=8))
        written += text
        log.add(text.encode())
        lines = written.split("\n")
        last = log.read(-1, ended=False)
        assert last.total == len(lines) - (lines[-1] == "")
        assert last.lines[0].text == (lines[-1] or lines[-2])
    assert log.all() == written.removesuffix("\n").split("\n")


def test_a_character_still_being_written_waits(tmp_path: Path) -> None:
    log = Log(tmp_path, b"a" + "😀".encode()[:2])
    assert log.read(ended=False).lines[0].text == "a"
    assert log.read(ended=True).lines[0].text == "a\ufffd"


def test_an_overlong_line_is_shown_in_part_and_says_how_much_is_missing(tmp_path: Path) -> None:
    log = Log(tmp_path, b"before\n" + b"x" * 1_000_000 + b"\nafter")
    before, long, after = log.read().lines
    assert (before.text, after.text) == ("before", "after")
    assert long == LogLine(text="x" * MAX_LINE, omitted=1_000_000 - MAX_LINE)
    assert log.read(-1).lines[0].text == "after"


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_bar_that_was_drawn_for_megabytes_shows_its_end(tmp_path: Path, end: bytes) -> None:
    bar = b"".join(b"\r%8d/200000 loss: 0.5" % step for step in range(200_001))
    log = Log(tmp_path, b"Epoch 1\n" + bar + b"\nEpoch 2\n" + bar + end)
    shown = "  200000/200000 loss: 0.5"
    assert log.read().lines == [
        LogLine(text=text, omitted=0) for text in ("Epoch 1", shown, "Epoch 2", shown)
    ]


def test_a_colour_goes_on_in_the_next_line_and_page(tmp_path: Path) -> None:
    log = Log(tmp_path, b"a \x1b[31mred\nstill red\nand\x1b[0m no more\nplain\n")
    assert [line.text for line in log.read().lines] == [
        "a \x1b[31mred",
        "\x1b[31mstill red",
        "\x1b[31mand\x1b[0m no more",
        "plain",
    ]
    assert log.read(1, 1).lines[0].text == "\x1b[31mstill red"


def test_a_large_log_is_looked_through_in_several_calls(tmp_path: Path) -> None:
    lines = 300_000
    log = Log(tmp_path, b"line\n" * lines)
    with log.path.open("rb") as file:
        part = log.index.catch_up(file, deadline=0)
        assert (part.indexed, part.lines) == (0, 0)
        while part.indexed < part.size:
            before, part = part, log.index.catch_up(file, time.monotonic() + 0.0001)
            assert part.indexed >= before.indexed
            assert part.indexed == 5 * part.lines
    assert log.read(-1).total == lines


def test_another_log_in_the_same_place_is_read_anew(tmp_path: Path) -> None:
    log = Log(tmp_path, b"old\n" * 50_000)
    assert log.read().total == 50_000
    log.path.unlink()
    log.path.write_bytes(b"new\n")
    assert [line.text for line in log.read().lines] == ["new"]


def test_a_missing_log_is_empty(tmp_path: Path) -> None:
    page = read_lines(tmp_path / "none" / "log.txt", LineIndex(), -5, 5, ended=False)
    assert (page.lines, page.total, page.size, page.indexed) == ([], 0, 0, 0)


def test_a_log_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_lines(tmp_path, LineIndex(), 0, 5, ended=False)


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    log = Log(tmp_path)
    with log.path.open("wb") as file:
        for _ in range(50):
            file.write(b"a line of some length, more or less\n" * 50_000)
    tracemalloc.start()
    try:
        for first in (0, 1_000_000, -MAX_LINES):
            assert len(log.read(first).lines) == MAX_LINES
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_only_so_many_logs_are_remembered(tmp_path: Path) -> None:
    logs = OpenLogs()
    first = logs.index(tmp_path / "0")
    assert logs.index(tmp_path / "0") is first
    for number in range(1, 100):
        logs.index(tmp_path / str(number))
    assert logs.index(tmp_path / "0") is not first
