"""HTTP, and nothing else: requests in, records or an ``ErrorBody`` out."""

from __future__ import annotations

import asyncio
import http
import re
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from aibro.errors import AibroError, BadInput
from aibro.models import ErrorBody, Record
from aibro.server.cluster_queries import ClusterQueries
from aibro.server.folders import ContentsFolders
from aibro.server.logs import OpenLogs
from aibro.server.parameters import read_query
from aibro.server.reaper import Reaper
from aibro.server.routes import Route
from aibro.server.service import Service
from aibro.server.store_access import StoreAccess
from aibro.server.tensorboards import TensorBoards

AUTH_RESOURCE = "aibro"
MAX_BODY = 64 * 1024
_JSON = "application/json; charset=utf-8"
_WRONG_ENTRY = re.compile(r"at `\$\.(\w+)|field `(\w+)`")


@dataclass(frozen=True)
class Backend:
    """What a handler needs to answer.

    Args:
        access: the store.
        reaper: ends the jobs of dead runners before an answer says how jobs stand.
        executor: runs the answers that may have to wait, off the event loop.
        folders: the folders that a replay may save into.
        tensorboards: the server's running TensorBoards.
        logs: where the lines of the logs read last begin.
        queries: to the clusters of machines.
        document: the OpenAPI document.
    """

    access: StoreAccess
    reaper: Reaper
    executor: Executor
    folders: ContentsFolders
    tensorboards: TensorBoards
    logs: OpenLogs
    queries: ClusterQueries
    document: dict[str, Any]

    async def answer(self, route: Route, arguments: Mapping[str, Any]) -> object:
        """Call the route's method of `Service`.

        Raises:
            AibroError: it refused.
        """
        store = await self.access.open()
        if route.reaps:
            await self.reaper.reap(store)
        if route.asks_clusters:
            await self.queries.ask(store.home, arguments["wait"])
        service = Service(
            store,
            self.folders,
            self.tensorboards,
            self.logs,
            self.queries.clusters,
            self.document,
        )
        call = partial(route.answer, service, **arguments)
        if route.waits:
            return await asyncio.get_running_loop().run_in_executor(self.executor, call)
        return call()


class AibroHandler(APIHandler):
    """What all of AIbro's handlers have in common."""

    auth_resource = AUTH_RESOURCE

    def set_default_headers(self) -> None:
        """No cache may keep an answer."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an `ErrorBody`; what went wrong inside stays in the server's log."""
        error = kwargs["exc_info"][1] if "exc_info" in kwargs else None
        status = http.HTTPStatus(status_code)
        if isinstance(error, web.HTTPError) and error.log_message:
            message = error.log_message % error.args if error.args else error.log_message
        else:
            message = _MESSAGES.get(
                status_code, f"The server answered {status_code} {status.phrase}."
            )
        self.answer_error(status_code, message, status.phrase.title().replace(" ", ""))

    def answer_error(self, status: int, message: str, code: str, field: str | None = None) -> None:
        """Answer that the request failed."""
        self.set_status(status)
        self.answer_json(ErrorBody(message=message, code=code, field=field))

    def refuse(self, error: AibroError) -> None:
        """Answer what AIbro says was wrong."""
        if error.http_status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("AIbro failed to answer.", exc_info=error)
        self.answer_error(error.http_status, error.message, type(error).__name__, error.field)

    def succeed(self, route: Route, answer: object) -> None:
        """Answer what a route answers."""
        self.set_status(route.status)
        if answer is None:
            self.finish()
        else:
            self.answer_json(answer)

    def answer_json(self, answer: object) -> None:
        """Answer ``answer`` as JSON."""
        self.finish(msgspec.json.encode(answer), set_content_type=_JSON)


class RouteHandler(AibroHandler):
    """The routes of one path, by method."""

    def initialize(self, backend: Backend, routes: Mapping[str, Route]) -> None:
        """Take what the table of handlers passes."""
        self._backend = backend
        self._routes = routes
        # Idle servers may be shut down, and a panel that follows jobs does not mean that somebody
        # is working.
        self._track_activity = self.request.method != "GET"

    @web.authenticated
    @authorized
    async def get(self, **parts: str) -> None:
        """Answer a GET."""
        await self._answer(parts)

    @web.authenticated
    @authorized
    async def post(self, **parts: str) -> None:
        """Answer a POST."""
        await self._answer(parts)

    @web.authenticated
    @authorized
    async def delete(self, **parts: str) -> None:
        """Answer a DELETE."""
        await self._answer(parts)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer an `ErrorBody`, and which methods there are when it was the wrong one."""
        if status_code == http.HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", ", ".join(sorted(self._routes)))
        super().write_error(status_code, **kwargs)

    async def _answer(self, parts: Mapping[str, str]) -> None:
        route = self._routes.get(self.request.method or "")
        if route is None:
            raise web.HTTPError(405)
        if len(self.request.body) > MAX_BODY:
            raise web.HTTPError(413)
        try:
            query = read_query(route.parameters, self.request.query_arguments)
            body = {} if route.body is None else {"body": read_body(route.body, self.request.body)}
            answer = await self._backend.answer(route, {**parts, **query, **body})
        except AibroError as error:
            self.refuse(error)
        else:
            self.succeed(route, answer)


class NoSuchRouteHandler(AibroHandler):
    """All other paths under ``aibro/api/``."""

    @web.authenticated
    @authorized
    async def get(self, _path: str | None) -> None:
        """Answer that there is nothing."""
        raise web.HTTPError(404)

    @web.authenticated
    @authorized
    async def post(self, _path: str | None) -> None:
        """Answer that there is nothing."""
        raise web.HTTPError(404)

    @web.authenticated
    @authorized
    async def delete(self, _path: str | None) -> None:
        """Answer that there is nothing."""
        raise web.HTTPError(404)


_MESSAGES = {
    403: "You are not signed in to this Jupyter server, or may not use AIbro here. Sign in again.",
    404: "AIbro has no such route; aibro/api/openapi.json describes those it has.",
    405: "This route does not know that method; aibro/api/openapi.json describes those it knows.",
    413: f"The body is too large; it can have {MAX_BODY} bytes at most.",
    500: "AIbro's part of the server failed. The server's log says more.",
}


def read_body(record: type[Record], body: bytes) -> Record:
    """The record in a request's body.

    Raises:
        BadInput: the body is no JSON or not that record; names the entry.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=record)
    except msgspec.ValidationError as error:
        found = _WRONG_ENTRY.search(str(error))
        field = None if found is None else found[1] or found[2]
        raise BadInput(f"The body is not right: {error}.", field) from error
    except msgspec.DecodeError as error:
        raise BadInput(f"The body is not JSON: {error}.") from error
