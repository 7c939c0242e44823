"""A real Jupyter server with AIbro in it, and a state folder of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403 - pytest finds fixtures by their names
from traitlets.config import Config

from aibro.server.extension import AibroExtension
from aibro.store import Store

from .support import Api, World

# pytest-asyncio runs the tests; these hooks of pytest-jupyter would, too.
del pytest_pycollect_makeitem, pytest_pyfunc_call  # noqa: F821 - they came with the star


@pytest.fixture  # type: ignore[no-redef] # in place of pytest-jupyter's
async def jp_asyncio_loop() -> asyncio.AbstractEventLoop:
    """The loop of pytest-asyncio, for pytest-jupyter's server to run on."""
    return asyncio.get_running_loop()


@pytest.fixture
def aibro_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of this test."""
    home = tmp_path / "aibro"
    monkeypatch.setenv("AIBRO_HOME", str(home))
    return home


@pytest.fixture  # type: ignore[no-redef] # in place of pytest-jupyter's
def jp_server_config(aibro_home: Path) -> Config:
    """The server's configuration: AIbro is on, as its file in ``jupyter-config`` says."""
    return Config({"ServerApp": {"jpserver_extensions": {"aibro": True}}})


@pytest.fixture
def api(
    jp_serverapp: Any, http_server_client: Any, jp_base_url: str, jp_auth_header: dict[str, str]
) -> Api:
    """Asks the running server."""
    return Api(http_server_client, f"{jp_base_url}aibro/api/", jp_auth_header)


@pytest.fixture
def extension(jp_serverapp: Any) -> AibroExtension:
    """The extension as the server loaded it."""
    loaded = jp_serverapp.web_app.settings["aibro"]
    assert isinstance(loaded, AibroExtension)
    return loaded


@pytest.fixture
def store(aibro_home: Path) -> Iterator[Store]:
    """The store in which the server meets the test."""
    opened = Store(aibro_home)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    """What is in the store."""
    made = World(store)
    yield made
    made.kill_runners()
