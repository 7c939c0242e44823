"""Reports over HTTP: written into the server's folders, read from there, or sent by the browser."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from aibro.models import Job, ReportFile
from aibro.reports import write_report
from aibro.store import Store
from tests.jobs import PATIENCE_S
from tests.reports.support import add_recorded_job

from .support import Api, World, conforms, route_of, until
from .test_access import login_cookie

MIB = 1 << 20
WRITE = route_of("POST", "jobs/{job_id}/report")
READ = route_of("POST", "reports/import")
SEND = route_of("POST", "reports")


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Store]:
    """The store of somebody else."""
    made = Store(tmp_path / "sender")
    yield made
    made.close()


@pytest.fixture
def report(sender: Store, tmp_path: Path) -> Path:
    """Their report."""
    return write_report(sender, add_recorded_job(sender), tmp_path)


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def content(report: Path) -> bytes:
    """Their report's bytes."""
    return bytes_of(report)


def reports_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.zip"))


def nothing_came(store: Store) -> None:
    assert store.jobs.page().total == 0
    assert not [path for path in store.home.rglob("*") if path.name.startswith(".tmp-")]


async def test_a_report_is_written_into_a_folder_and_read_from_it(
    api: Api, store: Store, jp_root_dir: Path
) -> None:
    job_id = add_recorded_job(store)
    (jp_root_dir / "my issues").mkdir()
    answer = await api.post(f"jobs/{job_id}/report", {"directory": "my issues"})
    conforms(WRITE, answer)
    assert answer.status == 201
    written = answer.record(ReportFile)
    assert written.path == f"my issues/aibro-report-{job_id}.zip"
    file = jp_root_dir / written.path
    assert file.stat().st_size == written.size_bytes > 0
    again = (await api.post(f"jobs/{job_id}/report", {"directory": "my issues/"})).record(
        ReportFile
    )
    assert again.path == written.path
    in_root = (await api.post(f"jobs/{job_id}/report")).record(ReportFile)
    assert in_root.path == f"aibro-report-{job_id}.zip"

    answer = await api.post("reports/import", {"path": written.path})
    conforms(READ, answer)
    assert answer.error(409).code == "JobExists"
    assert (await api.delete(f"jobs/{job_id}")).status == 204
    answer = await api.post("reports/import", {"path": written.path})
    conforms(READ, answer)
    assert answer.status == 201
    job = answer.record(Job)
    assert (job.job_id, job.foreign) == (job_id, True)
    assert store.jobs.submission(job_id).working_directory == str(jp_root_dir)


async def test_a_report_that_cannot_be_written_is_refused(
    api: Api, store: Store, world: World, jp_root_dir: Path, tmp_path: Path
) -> None:
    job_id = add_recorded_job(store)
    (jp_root_dir / "out").symlink_to(tmp_path)
    (jp_root_dir / "taken").mkdir()
    (jp_root_dir / "taken" / f"aibro-report-{job_id}.zip").write_text("mine")
    for directory, code in (
        ("missing", "BadFolder"),
        ("..", "BadFolder"),
        ("out", "BadFolder"),
        ("/tmp", "BadFolder"),
        ("taken", "BadInput"),
        (None, "BadInput"),
    ):
        answer = await api.post(f"jobs/{job_id}/report", {"directory": directory})
        conforms(WRITE, answer)
        error = answer.error(400)
        assert (error.code, error.field) == (code, "directory"), directory
    assert (jp_root_dir / "taken" / f"aibro-report-{job_id}.zip").read_text() == "mine"
    for job, status, code in (
        (world.canceled(), 409, "JobNotRecorded"),
        (world.job(recorded=True), 409, "JobNotEnded"),
        ("0" * 12, 404, "JobNotFound"),
    ):
        answer = await api.post(f"jobs/{job}/report")
        conforms(WRITE, answer)
        assert answer.error(status).code == code
    assert reports_in(tmp_path) == []


async def test_a_file_that_cannot_be_read_is_refused(
    api: Api, store: Store, report: Path, jp_root_dir: Path
) -> None:
    (jp_root_dir / "folder").mkdir()
    (jp_root_dir / "out.zip").symlink_to(report)
    (jp_root_dir / "hidden").mkdir()
    (jp_root_dir / ".hidden.zip").write_bytes(bytes_of(report))
    (jp_root_dir / "text.zip").write_text("no report")
    for path, code, says in (
        ("missing.zip", "BadInput", "does not exist"),
        ("folder", "BadInput", "is a folder"),
        ("", "BadInput", "is a folder"),
        ("out.zip", "BadInput", "leads out"),
        (".hidden.zip", "BadInput", "is hidden"),
        (str(report), "BadInput", "absolute"),
        ("../report.zip", "BadInput", ".."),
        ("a\0b", "BadInput", "NUL"),
        ("text.zip/more", "BadInput", "lies in a file"),
        ("text.zip", "BadReport", "Nothing was imported"),
    ):
        answer = await api.post("reports/import", {"path": path})
        conforms(READ, answer)
        error = answer.error(400)
        assert (error.code, error.field) == (code, "path"), path
        assert says in error.message
    nothing_came(store)


async def test_a_report_that_is_sent_comes_in(api: Api, store: Store, content: bytes) -> None:
    answer = await api("POST", "reports", content)
    conforms(SEND, answer)
    assert answer.status == 201
    job = answer.record(Job)
    assert (job.foreign, job.description) == (True, "rows only ☃")
    assert store.jobs.get(job.job_id) == job
    answer = await api("POST", "reports", content)
    conforms(SEND, answer)
    assert answer.error(409).code == "JobExists"
    assert not [path for path in store.home.rglob("*") if path.name.startswith(".tmp-")]


async def test_what_is_sent_and_is_no_report_leaves_nothing(
    api: Api, store: Store, content: bytes
) -> None:
    for body in (b"", b"{}", content[:-1], content[: len(content) // 2], os.urandom(300_000)):
        answer = await api("POST", "reports", body)
        conforms(SEND, answer)
        error = answer.error(400)
        assert (error.code, error.field) == ("BadReport", "path")
        nothing_came(store)


async def send(
    api: Api, server: ServerApp, body: bytes, *, path: str = "reports", headers: str, size: int = 0
) -> bytes:
    """Send a request byte by byte as it is, and return the line with the status.

    Args:
        headers: who asks, and other lines.
        size: how long the body will be, when it does not come whole.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    length = "" if "chunked" in headers else f"Content-Length: {size or len(body)}\r\n"
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    head = f"POST {api.root}{path} HTTP/1.1\r\n{host}{length}{headers}\r\n"
    writer.write(head.encode() + body)
    try:
        return await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE_S)
    finally:
        writer.close()


@pytest.fixture
def signed_in(api: Api) -> str:
    """The header that says who asks."""
    return f"Authorization: {api.headers['Authorization']}\r\n"


class TestLargerThanTheServersOwnLimit:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.max_body_size = 2 * MIB
        jp_server_config.ServerApp.max_buffer_size = 2 * MIB
        return jp_server_config

    async def test_a_report_is_taken_and_nothing_else(
        self, api: Api, sender: Store, tmp_path: Path, jp_serverapp: ServerApp, signed_in: str
    ) -> None:
        noise = np.random.default_rng(1).integers(0, 255, 6 * MIB, "u1")
        body = bytes_of(write_report(sender, add_recorded_job(sender, array=noise), tmp_path))
        assert len(body) > 6 * MIB
        status = await send(api, jp_serverapp, body, headers=signed_in)
        assert b" 201 " in status
        other = await send(api, jp_serverapp, body, path="reports/import", headers=signed_in)
        assert b" 413 " in other


async def test_nobody_sends_a_byte_without_signing_in(
    api: Api, store: Store, jp_serverapp: ServerApp
) -> None:
    cookie = await login_cookie(api, jp_serverapp)
    for headers in ("", "Authorization: token wrong\r\n", f"Cookie: {cookie}\r\n"):
        for begun in (b"", b"x" * 1000):
            # It is answered before the body has come.
            size = 100 * MIB
            status = await send(api, jp_serverapp, begun, headers=headers, size=size)
            assert b" 403 " in status
    nothing_came(store)


async def test_an_upload_that_is_given_up_leaves_nothing(
    api: Api, store: Store, jp_serverapp: ServerApp, content: bytes, signed_in: str
) -> None:
    def sizes() -> list[int]:
        return [path.stat().st_size for path in store.home.glob(".tmp-*")]

    upload = asyncio.ensure_future(
        send(api, jp_serverapp, content, headers=signed_in, size=100 * MIB)
    )
    await until(lambda: sizes() == [len(content)], "what was sent is on the disk")
    upload.cancel()
    await until(lambda: sizes() == [], "nothing of it is left")
    nothing_came(store)


async def test_a_body_in_chunks_is_taken_too(
    api: Api, store: Store, jp_serverapp: ServerApp, content: bytes, signed_in: str
) -> None:
    headers = f"{signed_in}Transfer-Encoding: chunked\r\n"
    chunks = f"{len(content):x}\r\n".encode() + content + b"\r\n0\r\n\r\n"
    assert b" 201 " in await send(api, jp_serverapp, chunks, headers=headers)
    assert store.jobs.page().total == 1
