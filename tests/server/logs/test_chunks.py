"""Reading a log in parts: nothing lost, nothing doubled, no character cut."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from aibro.errors import StoreError
from aibro.server.logs import MAX_CHUNK, read_log

TEXT = "Epoch 1/3 ━━━ 😀 é\r\x1b[2Kloss: 0.5\n" * 3


def log_of(folder: Path, content: bytes) -> Path:
    path = folder / "log.txt"
    path.write_bytes(content)
    return path


def follow(path: Path, limit: int) -> str:
    """Read an ended log to its end, in parts."""
    text, offset = "", 0
    while True:
        chunk = read_log(path, offset, limit, ended=True)
        assert chunk.offset == offset
        text += chunk.text
        if chunk.next_offset == chunk.size:
            return text
        assert chunk.next_offset > offset
        offset = chunk.next_offset


@pytest.mark.parametrize("limit", [*range(1, 9), 64, MAX_CHUNK])
def test_parts_of_any_size_put_together_are_the_whole(tmp_path: Path, limit: int) -> None:
    assert follow(log_of(tmp_path, TEXT.encode()), limit) == TEXT


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, MAX_CHUNK])
@pytest.mark.parametrize("seed", range(20))
def test_bytes_that_are_no_text_are_replaced_alike_whatever_the_parts(
    tmp_path: Path, limit: int, seed: int
) -> None:
    pick = random.Random(seed)
    pieces = [b"a", "é".encode(), "😀".encode(), b"\x80", b"\xff", b"\xe2\x82", b"\xf0\x9f", b"\0"]
    content = b"".join(pick.choices(pieces, k=60))
    path = log_of(tmp_path, content)
    assert follow(path, limit) == content.decode("utf-8", "replace")


def test_a_part_is_no_longer_than_asked_for_but_for_one_character(tmp_path: Path) -> None:
    path = log_of(tmp_path, TEXT.encode())
    for offset in range(len(TEXT.encode())):
        for limit in (1, 4, 10):
            chunk = read_log(path, offset, limit, ended=False)
            assert chunk.next_offset - chunk.offset <= max(limit, 4)
            assert "\ufffd" not in chunk.text
            assert chunk.text == TEXT.encode()[chunk.offset : chunk.next_offset].decode()


def test_an_offset_inside_a_character_begins_with_the_next_one(tmp_path: Path) -> None:
    path = log_of(tmp_path, "a😀b".encode())
    assert [read_log(path, offset, 10, ended=True).text for offset in range(6)] == [
        "a😀b",
        "😀b",
        "b",
        "b",
        "b",
        "b",
    ]
    assert read_log(path, 2, 10, ended=True).offset == 5


def test_offsets_past_the_ends_are_the_ends(tmp_path: Path) -> None:
    path = log_of(tmp_path, b"0123456789")
    assert read_log(path, -4, 100, ended=True).text == "6789"
    assert read_log(path, -100, 100, ended=True).text == "0123456789"
    beyond = read_log(path, 2**52, 100, ended=True)
    assert (beyond.text, beyond.offset, beyond.next_offset) == ("", 10, 10)


def test_a_character_still_being_written_waits(tmp_path: Path) -> None:
    face = "😀".encode()
    path = log_of(tmp_path, b"a" + face[:3])
    first = read_log(path, 0, 100, ended=False)
    assert (first.text, first.next_offset, first.size) == ("a", 1, 4)
    waiting = read_log(path, first.next_offset, 100, ended=False)
    assert (waiting.text, waiting.next_offset) == ("", 1)
    log_of(tmp_path, b"a" + face)
    assert read_log(path, waiting.next_offset, 100, ended=False).text == "😀"


def test_a_character_that_was_never_finished_is_shown_when_the_job_is_over(tmp_path: Path) -> None:
    path = log_of(tmp_path, b"a" + "😀".encode()[:3])
    last = read_log(path, 0, 100, ended=True)
    assert (last.text, last.next_offset) == ("a\ufffd", 4)


def test_a_missing_log_is_empty(tmp_path: Path) -> None:
    chunk = read_log(tmp_path / "none" / "log.txt", -100, 100, ended=False)
    assert (chunk.text, chunk.size) == ("", 0)


def test_a_log_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_log(tmp_path, 0, 100, ended=False)


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024**3)  # sparse: takes no room
    tracemalloc.start()
    try:
        for offset in (0, 25 * 1024**3, -MAX_CHUNK):
            assert len(read_log(path, offset, MAX_CHUNK, ended=True).text) == MAX_CHUNK
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_CHUNK
    finally:
        tracemalloc.stop()
