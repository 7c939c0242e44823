"""The push: a change in the store reaches the browser's socket, and nothing ends the watch."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection

from aibro.models import CHANGES_SCHEMA, ChangeHint, JobStatus
from aibro.server.extension import AibroExtension
from aibro.server.reaper import Reaper
from aibro.server.store_access import StoreAccess
from aibro.server.watcher import Watcher
from aibro.store import Store

from .support import Api, World, until

WRITER = """
import sys
from pathlib import Path
from aibro.store import Store
store = Store(Path(sys.argv[1]))
sys.stdout.write("ready\\n"); sys.stdout.flush()
for line in sys.stdin:
    store.lifecycle.note(sys.argv[2], line.strip())
    sys.stdout.write(f"{store.history.seq()}\\n"); sys.stdout.flush()
"""


class Socket:
    """The browser's end of the event stream."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self._connection = connection
        self.messages: list[dict[str, Any]] = []

    async def listen(self) -> None:
        while (message := await self._connection.read_message()) is not None:
            self.messages.append(json.loads(message))

    @property
    def seqs(self) -> list[int]:
        return [message["seq"] for message in self.messages]

    async def heard(self, seq: int) -> None:
        """Wait for ``seq``."""
        await until(lambda: seq in self.seqs, f"a hint of {seq}")


@pytest.fixture
async def socket(api: Api, jp_ws_fetch: Callable[..., Any]) -> AsyncIterator[Socket]:
    connection = await jp_ws_fetch("api", "events", "subscribe")
    opened = Socket(connection)
    listening = asyncio.get_running_loop().create_task(opened.listen())
    yield opened
    connection.close()
    await listening


async def test_a_change_arrives_at_the_socket_as_a_hint(
    socket: Socket, world: World, store: Store
) -> None:
    world.training()
    seq = store.history.seq()
    await socket.heard(seq)
    assert socket.messages[-1] == {"schema_id": CHANGES_SCHEMA, "seq": seq}


async def test_a_change_made_through_the_server_is_hinted_as_well(
    socket: Socket, api: Api, world: World, store: Store
) -> None:
    job_id = world.training()
    await socket.heard(store.history.seq())
    await api.post(f"jobs/{job_id}/cancel")
    await socket.heard(store.history.seq())


async def test_every_write_of_another_process_is_seen(
    socket: Socket, world: World, store: Store
) -> None:
    job_id = world.training()
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        WRITER,
        str(store.home),
        job_id,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    assert await writer.stdout.readline() == b"ready\n"
    for number in range(10):
        writer.stdin.write(f"note {number}\n".encode())
        await socket.heard(int(await writer.stdout.readline()))
    writer.stdin.close()
    assert await writer.wait() == 0


async def test_many_changes_become_few_hints(socket: Socket, world: World, store: Store) -> None:
    job_id = world.training()
    begun = time.monotonic()

    def write_often() -> None:
        for number in range(300):
            store.lifecycle.note(job_id, f"note {number}")
        store.close()

    await asyncio.to_thread(write_often)
    await socket.heard(store.history.seq())
    took = time.monotonic() - begun
    assert socket.seqs == sorted(set(socket.seqs))
    assert len(socket.seqs) <= took / 0.05 + 2


async def test_the_job_of_a_dead_runner_is_ended_though_nobody_asks(
    socket: Socket, world: World, store: Store
) -> None:
    job_id = world.job()
    world.kill_runners()
    await until(lambda: store.jobs.get(job_id).status is JobStatus.CANCELED, "the job's end")
    await socket.heard(store.history.seq())


async def test_a_state_folder_that_is_deleted_is_made_anew_and_watched(
    socket: Socket, api: Api, world: World, store: Store, aibro_home: Path, tmp_path: Path
) -> None:
    world.training()
    await socket.heard(store.history.seq())
    await asyncio.to_thread(aibro_home.rename, tmp_path / "gone")
    assert (await api.get("jobs")).json["total"] == 0
    fresh = World(Store(aibro_home))
    fresh.canceled("in the new folder")
    await socket.heard(fresh.store.history.seq())
    assert (await api.get("jobs")).json["total"] == 1
    fresh.store.close()


class Emitted:
    """Stands where the event logger is, and fails when told to."""

    def __init__(self) -> None:
        self.hints: list[ChangeHint] = []
        self.fails = False
        self.attempts = 0

    def __call__(self, seq: int) -> None:
        self.attempts += 1
        if self.fails:
            raise RuntimeError("no listener can be told")
        self.hints.append(ChangeHint(seq=seq))


@pytest.fixture
async def emitted() -> Emitted:
    return Emitted()


@pytest.fixture
async def watcher(aibro_home: Path, emitted: Emitted) -> AsyncIterator[Watcher]:
    executor = ThreadPoolExecutor(2)
    log = logging.getLogger("aibro-test")
    reaper = Reaper(executor, log)
    made = Watcher(StoreAccess(executor), reaper, emitted, log)
    made.start()
    yield made
    await made.stop()
    await reaper.stop()
    executor.shutdown()


async def test_an_error_is_logged_once_and_the_watch_goes_on(
    watcher: Watcher,
    emitted: Emitted,
    store: Store,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await until(lambda: bool(emitted.hints), "the first hint")
    emitted.fails = True
    world.canceled()
    before = emitted.attempts
    await until(lambda: emitted.attempts >= before + 3, "three failures")
    emitted.fails = False
    await until(lambda: emitted.hints[-1].seq == store.history.seq(), "the hint that was missed")
    await until(lambda: "watches its store again" in caplog.text, "word of the recovery")
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "no listener can be told" in warnings[0].getMessage()


async def test_nothing_is_left_after_the_server_stops(
    extension: AibroExtension, api: Api, world: World
) -> None:
    world.training()
    await api.get("jobs")
    assert any(task.get_name() == "aibro-watcher" for task in asyncio.all_tasks())
    await extension.stop_extension()
    assert not any(task.get_name() == "aibro-watcher" for task in asyncio.all_tasks())
    assert not any(thread.name.startswith("aibro_") for thread in threading.enumerate())
    # SQLite keeps files open while another connection of this process has them: close the test's.
    world.store.close()
    world.kill_runners()
    assert open_files(world.store.home) == []


def open_files(folder: Path) -> list[str]:
    """What this process holds open in a folder."""
    entries = [entry.resolve() for entry in Path("/proc/self/fd").iterdir()]
    return [str(entry) for entry in entries if entry.is_relative_to(folder)]
