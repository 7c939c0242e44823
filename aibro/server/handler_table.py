"""Makes Tornado's table of handlers from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jupyter_server.base.handlers import APIHandler

from aibro.server.downloads import DownloadHandler
from aibro.server.handlers import Backend, NoSuchRouteHandler, RouteHandler
from aibro.server.routes import Route
from aibro.server.uploads import UploadHandler


def handler_table(
    routes: Sequence[Route], backend: Backend
) -> list[tuple[str, type[APIHandler], dict[str, Any]]]:
    """The routes in the form Tornado expects: one handler per path, for all its methods.

    Args:
        routes: the routes.
        backend: answers the requests.

    Returns:
        For each path a pattern, the handler's class, and the arguments for its ``initialize``.
        The last entry catches unknown paths under ``aibro/api``.
    """
    by_path: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_path.setdefault(route.path, {})[route.method] = route
    table: list[tuple[str, type[APIHandler], dict[str, Any]]] = [
        (_pattern(path), _handler(methods), {"backend": backend, "routes": methods})
        for path, methods in by_path.items()
    ]
    return [*table, (r"aibro/api(/.*)?", NoSuchRouteHandler, {})]


def _handler(methods: dict[str, Route]) -> type[RouteHandler]:
    if any(route.upload for route in methods.values()):
        return UploadHandler
    downloads = any(route.download for route in methods.values())
    return DownloadHandler if downloads else RouteHandler


def _pattern(path: str) -> str:
    escaped = re.escape("aibro/api/" + path)
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", escaped)
