"""Who may ask, and what happens to requests that no route answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from aibro.models import ServerInfo
from aibro.server.handlers import MAX_BODY
from aibro.server.routes import ROUTES, Route

from .support import Api, World

NO_JOB = "0123456789ab"


class DenyAll(Authorizer):
    """Nobody may do anything; remembers what was asked."""

    asked: list[tuple[str, str]]

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        del handler, user
        self.asked = [*getattr(self, "asked", []), (action, resource)]
        return False


def path_of(route: Route) -> str:
    ids = {"job_id": NO_JOB, "instance_id": "i-0123456789"}
    return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], route.path)


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
async def test_nobody_is_answered_without_signing_in(api: Api, route: Route) -> None:
    error = (await api(route.method, path_of(route), headers={})).error(403)
    assert error.message
    wrong = {"Authorization": "token wrong"}
    (await api(route.method, path_of(route), headers=wrong)).error(403)


class TestDenied:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.authorizer_class = DenyAll
        return jp_server_config

    @pytest.mark.parametrize("route", ROUTES, ids=name_of)
    async def test_an_authorizer_that_denies_is_obeyed_on_every_route(
        self, api: Api, jp_serverapp: ServerApp, route: Route
    ) -> None:
        error = (await api(route.method, path_of(route))).error(403)
        assert "aibro" in error.message
        action = "read" if route.method == "GET" else "write"
        assert isinstance(jp_serverapp.authorizer, DenyAll)
        assert jp_serverapp.authorizer.asked == [(action, "aibro")]

    async def test_paths_that_do_not_exist_are_not_told_either(self, api: Api) -> None:
        (await api.get("nothing")).error(403)


async def test_a_page_of_another_site_cannot_cancel(
    api: Api, world: World, jp_serverapp: ServerApp
) -> None:
    job_id = world.training()
    cookie_only = {"Cookie": await login_cookie(api, jp_serverapp)}
    (await api("GET", f"jobs/{job_id}", headers=cookie_only)).record(dict)
    error = (await api("POST", f"jobs/{job_id}/cancel", {}, cookie_only)).error(403)
    assert "_xsrf" in error.message
    assert not world.store.jobs.get(job_id).cancel_requested


async def login_cookie(api: Api, server: ServerApp) -> str:
    """The cookie a browser holds after opening the server's address with its token."""
    token = server.identity_provider.token
    response = await api.client.fetch(f"{server.base_url}api/status?token={token}")
    return "; ".join(cookie.split(";")[0] for cookie in response.headers.get_list("Set-Cookie"))


async def test_a_path_that_no_route_has_is_not_found(api: Api) -> None:
    for path in ("", "nothing", "jobs/", f"jobs/{NO_JOB}/", f"jobs/{NO_JOB}/nothing", "jobs//log"):
        for method in ("GET", "POST", "DELETE"):
            error = (await api(method, path)).error(404)
            assert error.code == "NotFound"
            assert "openapi.json" in error.message


async def test_an_address_that_is_no_text_is_refused(api: Api) -> None:
    for path in ("jobs/%ff", "jobs/%ff/log", "instances/%ff/close"):
        (await api("POST" if "close" in path else "GET", path)).error(400)


async def test_a_method_that_a_route_does_not_know_is_refused(api: Api) -> None:
    for route in ROUTES:
        known = {other.method for other in ROUTES if other.path == route.path}
        for method in {"GET", "POST", "DELETE", "PUT", "PATCH"} - known:
            answer = await api(method, path_of(route))
            assert answer.error(405).code == "MethodNotAllowed"
            assert answer.headers["Allow"] == ", ".join(sorted(known))


async def test_a_body_that_is_too_large_is_refused(api: Api, world: World) -> None:
    job_id = world.canceled(recorded=True)
    body = {"description": "x" * MAX_BODY}
    error = (await api.post(f"jobs/{job_id}/replay", body)).error(413)
    assert str(MAX_BODY) in error.message


BAD_EXTENSIONS = [
    (b"", "seconds"),
    (b"{}", "seconds"),
    (b"[]", None),
    (b"null", None),
    (b"{", None),
    (b"\xff", None),
    (b'{"seconds": "5"}', "seconds"),
    (b'{"seconds": true}', "seconds"),
    (b'{"seconds": null}', "seconds"),
    (b'{"seconds": NaN}', None),
    (b'{"seconds": 1e999}', "seconds"),
    (b'{"seconds": -1}', "seconds"),
    (b'{"seconds": 0}', "seconds"),
    (b'{"seconds": 1e300}', "seconds"),
    (b'{"seconds": 5, "minutes": 5}', "minutes"),
]


async def test_a_body_that_cannot_be_is_refused_and_changes_nothing(api: Api, world: World) -> None:
    instance_id = world.cooling()
    before = world.store.instances.get(instance_id)
    for body, field in BAD_EXTENSIONS:
        error = (await api.post(f"instances/{instance_id}/extend", body)).error(400)
        assert (error.code, error.field) == ("BadInput", field), body
    assert world.store.instances.get(instance_id) == before


class TestRootBaseUrl:
    @pytest.fixture
    def jp_base_url(self) -> str:
        return "/"

    async def test_routes_are_there_at_the_root_as_well(self, api: Api) -> None:
        assert api.root == "/aibro/api/"
        (await api.get("info")).record(ServerInfo)
        document = (await api.get("openapi.json")).json
        assert document["servers"] == [{"url": "/aibro/api"}]


async def test_following_jobs_does_not_keep_a_server_from_being_culled(
    api: Api, world: World, jp_serverapp: ServerApp
) -> None:
    settings = jp_serverapp.web_app.settings
    settings.pop("api_last_activity", None)
    job_id = world.training()
    await api.get("changes")
    assert "api_last_activity" not in settings
    await api.post(f"jobs/{job_id}/cancel")
    assert "api_last_activity" in settings
