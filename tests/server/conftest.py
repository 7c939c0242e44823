"""A real Jupyter server with AIbro in it, its own state folder, and what is in its store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jupyter_server.serverapp import ServerApp
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect
from traitlets.config import Config

from aibro.locks import LivenessLock
from aibro.machines import LOCAL, find_machine
from aibro.models import Instance, Job, JobSubstatus, PeriodName, ReasonKind
from aibro.runner.spawn import take_runner_lock
from aibro.store import Store, Submission
from aibro.store.lifecycle import Ending

# pytest-asyncio runs the coroutines; these two hooks of pytest-jupyter would, too.
del pytest_pycollect_makeitem, pytest_pyfunc_call  # noqa: F821


@pytest.fixture
async def jp_asyncio_loop() -> AsyncIterator[asyncio.AbstractEventLoop]:
    """The loop on which pytest-asyncio runs the test, for pytest-jupyter's server."""
    yield asyncio.get_running_loop()


@pytest.fixture
def aibro_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of this test."""
    home = tmp_path / "aibro"
    monkeypatch.setenv("AIBRO_HOME", str(home))
    return home


@pytest.fixture
def jp_server_config(aibro_home: Path) -> Config:
    return Config({"ServerApp": {"jpserver_extensions": {"aibro": True}}})


class Answer:
    """What a request was answered."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.code
        self.headers = response.headers
        self.body: bytes = response.body

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def record[T](self, kind: type[T]) -> T:
        return msgspec.json.decode(self.body, type=kind)


Request = Callable[..., Awaitable[Answer]]


@pytest.fixture
def request_api(jp_fetch: Any) -> Request:
    """Ask the server: a method, a path under ``aibro/api/`` as it is in the address, a body."""

    async def ask(
        method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        raw = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        if raw is None and method in {"POST", "PUT", "PATCH"}:
            raw = b""
        response = await jp_fetch(
            "",
            path=path,
            method=method,
            body=raw,
            headers=headers,
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        return Answer(response)

    return ask
