"""A file as the answer, read from disk as it goes out."""

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
    """The route of a path that answers a file."""

    @web.authenticated
    @authorized
    async def get(self, **parts: str) -> None:
        """Send the file as long as it is now; what is added meanwhile is left out."""
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
                return  # whoever asked has gone
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
    """A file and its size; one that is missing is empty.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        file = path.open("rb")
        return file, os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return BytesIO(), 0
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
