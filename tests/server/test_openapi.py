"""The OpenAPI document: valid, whole, and true to what is answered."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

import aibro
from aibro.server.openapi import openapi_document
from aibro.server.routes import ROUTES, Route

from .support import Api, World, conforms


async def test_document_is_valid_and_names_every_route(api: Api, jp_base_url: str) -> None:
    answer = await api.get("openapi.json")
    document = answer.json
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == aibro.__version__
    assert document["servers"] == [{"url": f"{jp_base_url}aibro/api"}]
    described = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert described == {(route.method, f"/{route.path}") for route in ROUTES}
    ids = [
        o["operationId"] for operations in document["paths"].values() for o in operations.values()
    ]
    assert len(ids) == len(set(ids))


NEED_FILES = {
    "jobs/{job_id}/recording",
    "jobs/{job_id}/replay",
    "jobs/{job_id}/report",
    "jobs/{job_id}/tensorboard",
    "reports",
    "reports/import",
}
"""Their success needs a real recording, report or log, and is shown by tests of their own."""


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_answers_are_as_the_document_says(api: Api, world: World, route: Route) -> None:
    running, canceled, recorded = world.training(), world.canceled(), world.canceled(recorded=True)
    replay = world.canceled(replay_of=recorded)
    world.log(running, b"Epoch 1/3")
    cooling = world.cooling()
    body = {"seconds": 5} if "extend" in route.path else None
    statuses = set()
    for job_id in (running, canceled, recorded, replay, "nonsense"):
        for instance_id in (cooling, "nonsense"):
            path = route.path.format(job_id=job_id, instance_id=instance_id)
            for query in ("", f"?with={canceled}", "?limit=0&char_type=x"):
                answer = await api(route.method, path + query, body)
                conforms(route, answer)
                statuses.add(answer.status)
    conforms(route, await api(route.method, path, headers={}))
    if route.path not in NEED_FILES:
        assert route.status in statuses


def test_only_a_parameter_without_a_default_is_described_as_required() -> None:
    paths = openapi_document(ROUTES, "/")["paths"]
    required = {
        (path, parameter["name"])
        for path, operations in paths.items()
        for operation in operations.values()
        for parameter in operation["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    }
    diff = "/jobs/{job_id}/timeline/diff"
    assert required == {(diff, "with"), (f"{diff}/bundle", "with")}


def test_every_record_is_described_where_it_is_used() -> None:
    components = openapi_document(ROUTES, "/")["components"]["schemas"]
    assert {"Job", "JobPage", "Changes", "ErrorBody", "ReplayRequest"} <= components.keys()
    assert components["Job"]["properties"]["status"] == {"$ref": "#/components/schemas/JobStatus"}
