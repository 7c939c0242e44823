"""A store that cannot be used: the server starts all the same, says so, and recovers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import apsw
import pytest

from aibro.models import ServerInfo
from aibro.server.routes import ROUTES
from aibro.store import Store
from aibro.store.database import SCHEMA_VERSION

from .support import Api, World

NO_JOB = "0123456789ab"
BODIES: dict[str, object] = {
    "instances/{instance_id}/extend": {"seconds": 5},
    "reports/import": {"path": "report.zip"},
}
"""Of the routes that cannot do without."""


async def every_route_answers(api: Api, code: str) -> None:
    for route in ROUTES:
        path = route.path.format(job_id=NO_JOB, instance_id="i-0123456789")
        needed = [f"{each.name}={NO_JOB}" for each in route.parameters if each.required]
        body = BODIES.get(route.path)
        error = (await api(route.method, f"{path}?{'&'.join(needed)}", body)).error(503)
        assert error.code == code, route
        assert "AIBRO_HOME" in error.message


class TestNoFolder:
    @pytest.fixture
    def aibro_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        home = tmp_path / "aibro"
        home.write_text("a file where the folder should be")
        monkeypatch.setenv("AIBRO_HOME", str(home))
        return home

    async def test_server_starts_says_what_is_wrong_and_recovers(
        self, api: Api, aibro_home: Path
    ) -> None:
        assert (await api.client.fetch(api.root.replace("aibro/api/", "api"))).code == 200
        await every_route_answers(api, "StoreError")
        await asyncio.to_thread(aibro_home.unlink)
        (await api.get("info")).record(ServerInfo)


class TestNewer:
    @pytest.fixture
    def aibro_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        home = tmp_path / "aibro"
        monkeypatch.setenv("AIBRO_HOME", str(home))
        Store(home).close()
        set_version(home, 999)
        return home

    async def test_store_of_a_newer_aibro_is_not_touched(self, api: Api, aibro_home: Path) -> None:
        before = (aibro_home / "aibro.db").read_bytes()
        await every_route_answers(api, "StoreTooNew")
        assert (aibro_home / "aibro.db").read_bytes() == before
        set_version(aibro_home, SCHEMA_VERSION)
        (await api.get("info")).record(ServerInfo)


def set_version(home: Path, version: int) -> None:
    connection = apsw.Connection(str(home / "aibro.db"))
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


class TestDamaged:
    @pytest.fixture
    def aibro_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        home = tmp_path / "aibro"
        home.mkdir()
        (home / "aibro.db").write_bytes(b"no database at all, but long enough to be one" * 100)
        monkeypatch.setenv("AIBRO_HOME", str(home))
        return home

    async def test_file_that_is_no_store_is_told_and_kept(self, api: Api, aibro_home: Path) -> None:
        before = (aibro_home / "aibro.db").read_bytes()
        await every_route_answers(api, "StoreError")
        assert (aibro_home / "aibro.db").read_bytes() == before


async def test_a_fault_of_ours_is_told_without_its_insides(
    api: Api, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = world.training()
    database = apsw.Connection(str(world.store.database.path))
    database.execute("UPDATE jobs SET status = 'NO SUCH STATUS'")
    database.close()
    error = (await api.get(f"jobs/{job_id}")).error(500)
    assert error.code == "InternalServerError"
    assert "log" in error.message
    assert "NO SUCH STATUS" not in error.message
    assert "NO SUCH STATUS" in caplog.text
