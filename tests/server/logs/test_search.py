"""Finding text in a log: every hit, in what is seen of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from aibro.errors import StoreError
from aibro.server.logs import search, search_log
from aibro.server.logs.lines import LineIndex


def hits_of(
    path: Path, text: str, *, limit: int = 1000, match_case: bool = False, ended: bool = True
) -> list[int]:
    """All hits of an ended log, in as many calls as it takes."""
    index, lines, first = LineIndex(), [], 0
    while True:
        hits = search_log(path, index, text, first, limit, match_case=match_case, ended=ended)
        lines += hits.lines
        if hits.done:
            return lines
        assert hits.next_line > first or not hits.lines
        first = hits.next_line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.txt"


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
@pytest.mark.parametrize("seed", range(6))
def test_every_hit_is_found_once_whatever_the_parts(path: Path, seed: int, limit: int) -> None:
    pick = random.Random(seed)
    words = ["loss ", "Loss ", "los", "s", "é", "x" * 300, "\n", "\r\n", "\x1b[1m", "\x1b[0m"]
    content = "".join(pick.choices(words, k=600))
    path.write_bytes(content.encode())
    seen = content.replace("\r\n", "\n").replace("\x1b[1m", "").replace("\x1b[0m", "").split("\n")
    for match_case in (False, True):
        expected = [
            number
            for number, line in enumerate(seen)
            for _ in range((line if match_case else line.lower()).count("loss"))
        ]
        assert expected
        assert hits_of(path, "loss", limit=limit, match_case=match_case) == expected


def test_capitals_can_be_told_from_small_letters(path: Path) -> None:
    path.write_text("Épée\népée\nÉPÉE")
    assert hits_of(path, "épÉe") == [0, 1, 2]
    assert hits_of(path, "épée", match_case=True) == [1]


def test_what_was_painted_over_is_not_found(path: Path) -> None:
    path.write_bytes(b"1/3 loss\r2/3 loss\r3/3 loss\nE\x1b[31mpo\x1b[0mch\n")
    assert hits_of(path, "loss") == [0]
    assert hits_of(path, "2/3") == []
    assert hits_of(path, "Epoch") == [1]


def test_nothing_is_nowhere(path: Path) -> None:
    path.write_text("some text")
    assert hits_of(path, "") == []


def test_a_missing_log_has_no_hits(path: Path) -> None:
    assert hits_of(path, "x", ended=False) == []


def test_the_last_line_is_asked_for_again_while_it_grows(path: Path) -> None:
    path.write_bytes(b"one\ntw")
    index = LineIndex()
    hits = search_log(path, index, "two", 0, 10, match_case=False, ended=False)
    assert (hits.lines, hits.next_line, hits.done) == ([], 1, True)
    path.write_bytes(b"one\ntwo\n")
    hits = search_log(path, index, "two", hits.next_line, 10, match_case=False, ended=False)
    assert (hits.lines, hits.next_line, hits.done) == ([1], 2, True)


def test_a_search_answers_when_its_time_is_up_and_goes_on_from_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"\x1b[32ma line with colours\x1b[0m and more\rof it\n" * 20_000)
    index = LineIndex()
    with path.open("rb") as file:
        assert index.catch_up(file, float("inf")).lines == 20_000
    monkeypatch.setattr(search, "PATIENCE_S", 0)
    first, calls = 0, 0
    while not (
        hits := search_log(path, index, "nowhere", first, 10, match_case=False, ended=True)
    ).done:
        assert first < hits.next_line < 20_000
        first, calls = hits.next_line, calls + 1
    assert calls > 1


def test_a_log_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        hits_of(tmp_path, "x")
