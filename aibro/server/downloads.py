"""Answers a request with a file, which is read from disk while it is sent."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from aibro.errors import AibroError, StoreError
from aibro.server.handlers import RouteHandler
from aibro.server.service import Download

_T = TypeVar("_T")
_PIECE = 256 * 1024


class DownloadHandler(RouteHandler):
    """Handles routes that answer with a file."""

    @web.authenticated
    @authorized
    async def get(self, **parts: str) -> None:
        """Send the file. What is appended to it in the meantime is left out."""
        route = self._routes["GET"]
        try:
            download = cast("Download", await self._backend.answer(route, parts))
            file, size = await self._off_the_loop(_open, download.path)
        except AibroError as error:
            self.refuse(error)
            return
        with file:
            self.set_header("Content-Length", str(size))
            self.set_attachment_header(download.name)
            media_type = f"{route.download}; charset=utf-8"
            self.set_header("Content-Type", media_type)
            try:
                await self._send(file, size)
            except StreamClosedError:
                return  # The client has disconnected.
            self.finish(set_content_type=media_type)

    async def _send(self, file: BinaryIO, size: int) -> None:
        while size > 0:
            piece = await self._off_the_loop(file.read, min(size, _PIECE))
            self.write(piece)
            await self.flush()
            size -= len(piece)

    async def _off_the_loop(self, call: Callable[..., _T], *arguments: object) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._backend.executor, call, *arguments)


def _open(path: Path) -> tuple[BinaryIO, int]:
    """Open a file and return it with its size in bytes; a missing file counts as empty.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        file = path.open("rb")
        return file, os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return BytesIO(), 0
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
