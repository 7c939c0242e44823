"""Receives a file in the body of a request, and writes it to disk as it arrives."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import Future
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.http1connection import HTTP1Connection

from aibro.errors import AibroError, DiskFull, StoreError
from aibro.payloads.atomic import disk_is_full, remove_stale_temps, temporary, write_all
from aibro.server.handlers import Backend, RouteHandler
from aibro.server.routes import Route

MAX_UPLOAD = 1 << 40
"""In bytes. Jupyter's own limit is lower, because it is meant for bodies in memory."""
_WHAT = "the uploaded file"


@web.stream_request_body
class UploadHandler(RouteHandler):
    """Handles routes that take a file."""

    def initialize(self, backend: Backend, routes: Mapping[str, Route]) -> None:
        """Take the arguments from the table of handlers; Tornado calls this for each request."""
        super().initialize(backend, routes)
        self._cleanup = contextlib.ExitStack()
        self._path: Path | None = None
        self._file: FileIO | None = None
        self._write: Future[None] | None = None
        self._refused: AibroError | None = None

    async def prepare(self, **options: Any) -> None:
        """Check the request and open the file before the body is read."""
        await super().prepare(**options)
        if self.request.method == "POST":
            await ensure_async(self._begin())

    @web.authenticated
    async def post(self, **_parts: str) -> None:
        """Answer a POST request; `_begin` has checked that the user may send it."""
        route = self._routes["POST"]
        try:
            if self._refused is not None:
                raise self._refused
            self.succeed(route, await self._backend.answer(route, {"upload": self._path}))
        except AibroError as error:
            self.refuse(error)
        finally:
            self._cleanup.close()

    async def data_received(self, chunk: bytes) -> None:
        """Write a piece of the body to the file.

        After a failure, the rest of the body is read and dropped: the client only reads the error
        message after it has sent everything.
        """
        if self._file is None or self._refused is not None:
            return
        loop = asyncio.get_running_loop()
        self._write = loop.run_in_executor(self._backend.executor, write_all, self._file, chunk)
        try:
            await self._write
        except OSError as error:
            self._refused = _failure(error)

    def on_connection_close(self) -> None:
        """The client has disconnected, so delete the unfinished file."""
        if self._write is not None and not self._write.done():
            self._write.add_done_callback(lambda _: self._cleanup.close())
        else:
            self._cleanup.close()

    @web.authenticated
    @authorized
    async def _begin(self) -> None:
        assert isinstance(self.request.connection, HTTP1Connection)
        self.request.connection.set_max_body_size(MAX_UPLOAD)
        try:
            store = await self._backend.access.open()
            remove_stale_temps(store.home)
            self._path = self._cleanup.enter_context(temporary(store.home / "upload", _WHAT))
            self._file = self._cleanup.enter_context(FileIO(self._path, "xb"))
            self._path.chmod(0o600)
        except AibroError as error:
            self._refused = error
        except OSError as error:
            self._refused = _failure(error)


def _failure(error: OSError) -> StoreError:
    if disk_is_full(error):
        return DiskFull(_WHAT)
    return StoreError(f"The uploaded file cannot be written ({error.strerror}).")
