"""The wiring of AIbro's part of the Jupyter server."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from jupyter_events.logger import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.fileio import FileManagerMixin

from aibro.models import CHANGES_SCHEMA, ChangeHint
from aibro.server.checkpoint_folders import checkpoint_folder_rule
from aibro.server.cluster_queries import ClusterQueries
from aibro.server.folders import ContentsFolders
from aibro.server.handler_table import handler_table
from aibro.server.handlers import Backend
from aibro.server.logs import OpenLogs
from aibro.server.openapi import openapi_document
from aibro.server.reaper import Reaper
from aibro.server.routes import ROUTES
from aibro.server.store_access import StoreAccess
from aibro.server.tensorboards import TensorBoards
from aibro.server.watcher import Watcher

_THREADS = 4


class AibroExtension(ExtensionApp):
    """Serves ``aibro/api/`` and emits a hint when the store changes.

    An extension application, not a bare function: only those are told of the shutdown.
    """

    name = "aibro"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Filled as parts come into being: a start that failed half-way does not spoil the shutdown.
        self._closing = AsyncExitStack()

    def initialize_settings(self) -> None:
        """Register the event: a socket gets only the events known when it opens."""
        self._event_logger.register_event_schema(Path(__file__).with_name("events.yaml"))

    def initialize_handlers(self) -> None:
        """Add the routes, and begin to watch as soon as the event loop runs."""
        server = self._server
        executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="aibro")
        self._closing.push_async_callback(_shut_down, executor)
        access = StoreAccess(executor)
        self._closing.callback(access.close)
        reaper = Reaper(executor, self.log)
        self._closing.push_async_callback(reaper.stop)
        tensorboards = TensorBoards(proxied="jupyter_server_proxy" in server.jpserver_extensions)
        self._closing.callback(tensorboards.close)
        queries = ClusterQueries(executor)
        self._closing.push_async_callback(queries.stop)
        backend = Backend(
            access=access,
            reaper=reaper,
            executor=executor,
            folders=ContentsFolders(server.contents_manager),
            tensorboards=tensorboards,
            logs=OpenLogs(),
            queries=queries,
            document=openapi_document(ROUTES, server.base_url),
        )
        self.handlers.extend(handler_table(ROUTES, backend))
        self._open_checkpoint_folders()
        watcher = Watcher(StoreAccess(executor), reaper, self._emit, self.log)
        self._closing.push_async_callback(watcher.stop)
        server.io_loop.add_callback(watcher.start)

    async def stop_extension(self) -> None:
        """Leave no task, thread or connection behind."""
        await self._closing.aclose()

    def _open_checkpoint_folders(self) -> None:
        server = self._server
        if isinstance(server.contents_manager, FileManagerMixin):
            rule = checkpoint_folder_rule(server.base_url, server.contents_manager.root_dir)
            server.web_app.add_handlers(".*$", [rule])

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None
        return self.serverapp

    @property
    def _event_logger(self) -> EventLogger:
        assert self._server.event_logger is not None
        return self._server.event_logger

    def _emit(self, seq: int) -> None:
        hint = msgspec.to_builtins(ChangeHint(seq=seq))
        self._event_logger.emit(schema_id=CHANGES_SCHEMA, data=hint)


async def _shut_down(executor: Executor) -> None:
    # It waits for its threads, which the event loop must not.
    await asyncio.get_running_loop().run_in_executor(None, executor.shutdown)
