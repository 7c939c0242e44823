"""A job's log over HTTP: its lines, what is found in it, the whole as a file."""

from __future__ import annotations

import shutil

import pytest

from aibro.models import LogHits, LogLine, LogLines

from ..support import Api, World


async def test_lines_are_told_by_number(api: Api, world: World) -> None:
    job_id = world.training()
    world.log(job_id, b"one\r\n\x1b[31mtwo\nthr")
    path = f"jobs/{job_id}/log/lines"
    page = (await api.get(path)).record(LogLines)
    assert page.lines == [
        LogLine(text=text, omitted=0) for text in ("one", "\x1b[31mtwo", "\x1b[31mthr")
    ]
    assert (page.total, page.indexed, page.ended) == (3, page.size, False)
    last = (await api.get(f"{path}?first=-1")).record(LogLines)
    assert (last.first, last.lines) == (2, page.lines[2:])
    middle = (await api.get(f"{path}?first=1&limit=1")).record(LogLines)
    assert middle.lines == page.lines[1:2]


async def test_the_end_of_a_log_is_told_when_its_job_has_ended(api: Api, world: World) -> None:
    job_id = world.canceled()
    empty = (await api.get(f"jobs/{job_id}/log/lines")).record(LogLines)
    assert (empty.lines, empty.total, empty.ended) == ([], 0, True)


async def test_text_is_found_in_a_log(api: Api, world: World) -> None:
    job_id = world.canceled()
    world.log(job_id, "Épée\nloss épée\n".encode())
    path = f"jobs/{job_id}/log/search"
    assert (await api.get(f"{path}?text=%C3%A9p%C3%A9e")).record(LogHits) == LogHits(
        lines=[0, 1], next_line=2, done=True
    )
    exact = (await api.get(f"{path}?text=%C3%A9p%C3%A9e&case=match")).record(LogHits)
    assert exact.lines == [1]
    below = (await api.get(f"{path}?text=%C3%A9p%C3%A9e&first=1")).record(LogHits)
    assert below.lines == [1]
    assert (await api.get(path)).record(LogHits).lines == []
    assert (await api.get(f"{path}?text={'x' * 1001}")).error(400).field == "text"
    assert (await api.get(f"{path}?text=x&case=maybe")).error(400).field == "case"


@pytest.mark.parametrize("size", [0, 1, 3_000_001])
async def test_all_of_a_log_can_be_downloaded(api: Api, world: World, size: int) -> None:
    job_id = world.training()
    content = (b"0123456789\xff\r\n" * (size // 13 + 1))[:size]
    world.log(job_id, content)
    answer = await api.get(f"jobs/{job_id}/log/file")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["Content-Length"] == str(size)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith(f"''aibro-log-{job_id}.txt")


async def test_the_file_of_a_job_that_wrote_nothing_is_empty(api: Api, world: World) -> None:
    answer = await api.get(f"jobs/{world.canceled()}/log/file")
    assert (answer.status, answer.body) == (200, b"")


async def test_a_log_that_cannot_be_read_says_so(api: Api, world: World) -> None:
    job_id = world.training()
    world.log(job_id, b"")
    log = world.store.job_folder(job_id) / "log.txt"
    log.unlink()
    log.mkdir()
    for part in ("lines", "search?text=x", "file"):
        error = (await api.get(f"jobs/{job_id}/log/{part}")).error(503)
        assert "cannot be read" in error.message
    shutil.rmtree(log)


@pytest.mark.parametrize("part", ["lines", "search", "file"])
async def test_a_log_is_only_for_those_who_may(api: Api, world: World, part: str) -> None:
    (await api.get(f"jobs/nonsense/log/{part}")).error(404)
    job_id = world.training()
    (await api("GET", f"jobs/{job_id}/log/{part}", headers={})).error(403)
    (await api("POST", f"jobs/{job_id}/log/{part}", {})).error(405)
