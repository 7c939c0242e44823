"""Generates the OpenAPI document from the table of routes and the wire types."""

from __future__ import annotations

import http
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from aibro._version import __version__
from aibro.errors import AibroError, DiskFull, StoreError
from aibro.models import ErrorBody
from aibro.server.routes import Route

_REF = "#/components/schemas/{name}"
_PATH_PART = re.compile(r"\{(\w+)\}")


def openapi_document(routes: Sequence[Route], base_url: str) -> dict[str, Any]:
    """Describe ``routes`` as OpenAPI 3.1.

    Args:
        routes: the routes to describe.
        base_url: the Jupyter server's base URL, ending in ``/``.
    """
    types: list[Any] = [ErrorBody]
    types += [wire for route in routes for wire in (route.record, route.body) if wire is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    schema_of = {str(wire): schema for wire, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        operation = _operation(route, schema_of)
        paths.setdefault("/" + route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AIbro",
            "version": __version__,
            "description": "Jobs, instances and machines, as JupyterLab sees them.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": f"{base_url}aibro/api"}],
        "security": [{"token": []}, {"cookie": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token <the server's token>`",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "_xsrf",
                    "description": "Jupyter's login cookie; whatever is not a GET also carries the "
                    "value of `_xsrf` in the header `X-XSRFToken`.",
                },
            },
        },
    }


def _operation(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.answer.__name__,
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": _responses(route, schema_of),
    }
    if route.body is not None:
        content = {"application/json": {"schema": schema_of[str(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.upload is not None:
        operation["requestBody"] = {"required": True, "content": {route.upload: {}}}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PATH_PART.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.description,
            "schema": parameter.schema(),
        }
        for parameter in route.parameters
    ]


def _responses(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    success: dict[str, Any] = {"description": http.HTTPStatus(route.status).phrase}
    if route.record is not None:
        success["content"] = {"application/json": {"schema": schema_of[str(route.record)]}}
    if route.download is not None:
        success["content"] = {route.download: {}}
    refused = {"application/json": {"schema": schema_of[str(ErrorBody)]}}
    failures = {
        str(status): {"description": description, "content": refused}
        for status, description in sorted(_failures(route).items())
    }
    return {str(route.status): success, **failures}


def _failures(route: Route) -> dict[int, str]:
    """For each HTTP status with which a request can fail, a sentence that says when it does."""
    failures = {
        403: "Not signed in, or not allowed.",
        500: "A fault of AIbro's; the server's log says more.",
    }
    if route.parameters or route.body or route.upload or _PATH_PART.search(route.path):
        failures[400] = "A part of the path, a parameter or an entry of the body cannot be."
    if route.method != "GET":
        failures[413] = "The body is too large."
    raised: list[type[AibroError]] = [*route.errors, StoreError]
    if route.method != "GET":
        raised.append(DiskFull)
    for error in raised:
        sentence = (error.__doc__ or "").splitlines()[0]
        known = failures.get(error.http_status)
        failures[error.http_status] = sentence if known is None else f"{known} {sentence}"
    return failures
