"""Opening TensorBoard: reached through the server, with its token, and gone with it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from traitlets.config import Config

from aibro.errors import MissingExtra
from aibro.models import TensorBoardPage
from aibro.server.tensorboards import MAX_RUNNING, TensorBoards
from tests.jobs import PATIENCE_S

from .support import Api, World

STARTER = """
import sys
from pathlib import Path
from aibro.server.tensorboards import TensorBoards
boards = TensorBoards(proxied=True)
print(boards.open(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def jp_server_config(aibro_home: Path) -> Config:
    """AIbro and the proxy, as the configuration files of both packages say."""
    extensions = {"aibro": True, "jupyter_server_proxy": True}
    return Config({"ServerApp": {"jpserver_extensions": extensions}})


@pytest.fixture
def logged(world: World, tmp_path: Path) -> str:
    """A job with a log in its folder."""
    job_id = world.job(log_directory=tmp_path)
    _log(tmp_path / "logs" / job_id / "train", 0.25)
    return job_id


async def test_it_shows_the_jobs_logs_behind_the_servers_token(
    api: Api, logged: str, jp_base_url: str
) -> None:
    page = (await api.post(f"jobs/{logged}/tensorboard")).record(TensorBoardPage)
    address = f"{jp_base_url}{page.path}data/plugin/scalars/scalars?run=train&tag=epoch_loss"

    points: list[list[float]] = []
    began = time.monotonic()
    while not points:  # It reads the logs a moment after it has begun to serve.
        assert time.monotonic() - began < PATIENCE_S
        answer = await api.client.fetch(address, headers=dict(api.headers), raise_error=False)
        if answer.code == 200:
            points = json.loads(answer.body)
        await asyncio.sleep(0.1)
    assert [point[1:] for point in points] == [[0, 0.25]]
    stranger = await api.client.fetch(address, raise_error=False, follow_redirects=False)
    assert stranger.code in {302, 403}


async def test_asking_again_finds_the_one_that_runs(api: Api, logged: str) -> None:
    first = (await api.post(f"jobs/{logged}/tensorboard")).record(TensorBoardPage)
    assert (await api.post(f"jobs/{logged}/tensorboard")).record(TensorBoardPage) == first


async def test_a_job_without_logs_says_how_to_get_them(api: Api, world: World) -> None:
    error = (await api.post(f"jobs/{world.job()}/tensorboard")).error(409)
    assert "directory_to_save_log" in error.message


def test_a_missing_extra_is_named() -> None:
    boards = TensorBoards(proxied=False)
    with pytest.raises(
        MissingExtra, match=r"jupyter-server-proxy.*jupyterlab-aibro\[tensorboard\]"
    ):
        boards.open(Path("/"))


def test_only_a_few_run_at_once_and_none_after_the_end(tmp_path: Path) -> None:
    boards = TensorBoards(proxied=True)
    folders = [tmp_path / str(number) for number in range(MAX_RUNNING + 1)]
    for folder in folders:
        folder.mkdir()
        boards.open(folder)
    running = _boards_of(os.getpid(), tmp_path)
    assert len(running) == MAX_RUNNING
    boards.close()
    assert _boards_of(os.getpid(), tmp_path) == []


def test_it_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline().startswith(b"proxy/")
    boards = psutil.Process(server.pid).children(recursive=True)
    assert boards
    server.send_signal(signal.SIGKILL)
    server.communicate()
    _, alive = psutil.wait_procs(boards, timeout=PATIENCE_S)
    assert alive == []


def _log(folder: Path, value: float) -> None:
    folder.mkdir(parents=True)
    writer = EventFileWriter(str(folder))
    summary = Summary(value=[Summary.Value(tag="epoch_loss", simple_value=value)])
    writer.add_event(Event(step=0, wall_time=1.0, summary=summary))
    writer.close()


def _boards_of(pid: int, folder: Path) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [child for child in children if str(folder) in " ".join(child.cmdline())]
