"""Query values that cannot be: each is refused, and the answer names the parameter."""

from __future__ import annotations

import pytest

from aibro.errors import BadInput
from aibro.server.parameters import IntegerParameter, read_query
from aibro.server.routes import ROUTES, Route

from .support import Api, World

NO_NUMBERS = (
    "",
    "%20",
    "x",
    "1.5",
    "1e3",
    "0x10",
    "1_000",
    "+5",
    "--5",
    "NaN",
    "inf",
    "-inf",
    "None",
    "%D9%A3",  # an Arabic three
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5000,
    "1%00",
    "%ff",
)
WITH_QUERY = [route for route in ROUTES if route.parameters]


def name_of(route: Route) -> str:
    return route.path


@pytest.mark.parametrize("route", WITH_QUERY, ids=name_of)
async def test_every_parameter_refuses_what_it_cannot_be(
    api: Api, world: World, route: Route
) -> None:
    path = route.path.format(job_id=world.canceled())
    for parameter in route.parameters:
        schema = parameter.schema()
        bad = [f"{parameter.name}=%ff"]
        if schema["type"] == "integer":
            bad += [f"{parameter.name}={text}" for text in NO_NUMBERS]
            bad += [f"{parameter.name}={schema['minimum'] - 1}"]
            bad += [f"{parameter.name}={schema['maximum'] + 1}"]
        elif "enum" in schema:
            bad += [f"{parameter.name}={text}" for text in ("", "nothing", "FUNNEL", "all%00")]
        else:
            bad += [f"{parameter.name}={'x' * (schema['maxLength'] + 1)}"]
        bad += [f"{parameter.name}=1&{parameter.name}=1"]
        for query in bad:
            error = (await api.get(f"{path}?{query}")).error(400)
            assert (error.code, error.field) == ("BadInput", parameter.name), query
            assert len(error.message) < 300


@pytest.mark.parametrize("route", WITH_QUERY, ids=name_of)
async def test_every_parameter_takes_its_bounds_and_its_default(
    api: Api, world: World, route: Route
) -> None:
    path = route.path.format(job_id=world.canceled())
    for parameter in route.parameters:
        schema = parameter.schema()
        good = [schema["default"]] if "default" in schema else []
        if schema["type"] == "integer":
            good += [schema["minimum"], schema["maximum"]]
        good += schema.get("enum", [])
        for value in good:
            answer = await api.get(f"{path}?{parameter.name}={value}")
            assert answer.status == 200, answer.body


async def test_cursor_that_no_page_answered_is_refused(api: Api, world: World) -> None:
    world.canceled()
    huge = "OTk5OTk5OTk5OTk5OTk5OTk5OTk"  # more than SQLite's numbers hold
    for cursor in ("", "%21%21%21", "AAAA", "_____", huge, "4pyT", "%F0%9F%98%80"):
        error = (await api.get(f"jobs?cursor={cursor}")).error(400)
        assert error.field == "cursor"


async def test_search_is_text_and_nothing_else(api: Api, world: World) -> None:
    world.canceled("100 % _wild_ 'quoted' \"twice\" \\ back")
    for search in ("%25", "_wild_", "'quoted'", "%22twice", "%5C"):
        assert (await api.get(f"jobs?search={search}")).json["total"] == 1, search
    for search in ("%25%25", "_xild_", "' OR 1=1 --".replace(" ", "%20"), "%00"):
        assert (await api.get(f"jobs?search={search}")).json["total"] == 0, search


def test_names_that_no_parameter_has_are_let_pass() -> None:
    limit = IntegerParameter(name="limit", description="", default=50, minimum=1, maximum=200)
    assert read_query([limit], {"token": [b"x"], "1764000000000": [b""]}) == {"limit": 50}
    with pytest.raises(BadInput, match="give it once"):
        read_query([limit], {"limit": [b"1", b"2"]})
