"""The instance's agent: a process on the node that looks after one worker.

The training runs in a process of its own, as it does on the user's machine, so the agent always
answers. It ends its worker, and itself, when nobody has called for a while: the bridge that drives
it calls all the time. Every call may come in a thread of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import NoReturn

import msgspec

from aibro.engines.bridged.file_sender import FileSender
from aibro.engines.bridged.messages import JOB_FOLDERS, FilePiece, LaunchOrder, Update
from aibro.engines.bridged.node import NodeFolder
from aibro.engines.bridged.node_cache import NodeCache
from aibro.engines.child import Child, how_it_ended, start_child
from aibro.engines.processes import clear_instance
from aibro.trainings.plan import decode_plan
from aibro.trainings.variables import PROCESSOR_COUNTS
from aibro.worker.protocol import SetUp, Train

ORPHAN_S = 10.0
"""Without a call for so long there is no bridge any more."""
LOOK_S = 1.0
END_S = 0.7
LOG_BYTES = 1 << 20


class Agent(ABC):
    """Starts a worker and stands between it and the bridge.

    Args:
        order: what to start.
        node_id: what the cluster calls this node.

    Raises:
        OSError: the worker cannot be started.
    """

    hidden_variables: tuple[str, ...] = ()
    """How variables of the cluster begin, tokens among them, that are not for the user's code."""

    def __init__(self, order: LaunchOrder, node_id: str) -> None:
        self._order = order
        self.node = node_id
        node = NodeFolder(node_id, order.home_id)
        node.tidy()
        self.cache = NodeCache(node.cache)
        self._folder = node.instance(order.instance_id)
        self._files: FileSender | None = None
        self._events: list[bytes] = []
        self._ended: str | None = None
        self._drained_at: float | None = None
        self._heard = time.monotonic()
        self._news = threading.Condition()
        self._closing = threading.Lock()
        cpus, self._cpu_locks = node.take_cpus(order.cpus)
        self._child = self._start(cpus)
        if cpus:
            os.sched_setaffinity(self._child.process.pid, cpus)
        for work in (self._listen, self._watch):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()

    # --- the bridge's calls ---------------------------------------------------------------------

    def where(self) -> str:
        """What the cluster calls the node."""
        return self.node

    def clock(self) -> float:
        """The node's wall clock."""
        return time.time()

    def poll(self, wait_s: float) -> Update:
        """What is new, at once or after ``wait_s`` seconds."""
        self._heard = time.monotonic()
        with self._news:
            if not self._events and self._ended is None:
                self._news.wait(wait_s)
            events, self._events = self._events, []
            ended = self._ended
        log = self._files.new_log(LOG_BYTES) if self._files is not None else b""
        return Update(events=events, log=log, drained_at=self._drained_at, ended=ended)

    def collect(self) -> list[FilePiece]:
        """Finished files of the job, piece by piece; empty when all were given out."""
        self._heard = time.monotonic()
        return self._files.collect() if self._files is not None else []

    def missing(self, names: list[str]) -> list[str]:
        """Those payloads that the node does not have yet; the others are kept for the job."""
        return self.cache.missing(names)

    def write(self, name: str, offset: int, data: memoryview) -> None:
        """Take a piece of a payload; raises OSError when there is no room."""
        self._heard = time.monotonic()
        self.cache.write(name, offset, data)

    def seal(self, name: str) -> None:
        """All pieces of a payload are there."""
        self.cache.seal(name)

    def pull(self, url: str, names: list[str]) -> None:
        """Get payloads from a file system that both sides see."""
        for name in names:
            self._heard = time.monotonic()
            self.cache.pull(url, name)

    def results(self) -> dict[str, int]:
        """The result's files and their sizes."""
        assert self._files is not None
        return {path.name: path.stat().st_size for path in self._files.result.iterdir()}

    def read_result(self, name: str, offset: int, size: int) -> bytes:
        """A piece of one of `results`."""
        self._heard = time.monotonic()
        assert self._files is not None
        with (self._files.result / Path(name).name).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def begin(self, command: SetUp) -> None:
        """A job begins."""
        self._files = FileSender(self._folder / f"job-{command.job_id}")
        own = Path(command.working_directory)
        here = command.working_directory if own.is_dir() else str(self._files.folder)
        self._send(SetUp(job_id=command.job_id, working_directory=here, log=str(self._files.log)))

    def tell(self, frame: bytes) -> None:
        """Pass a command on."""
        with contextlib.suppress(OSError):  # What has become of the worker is told by `poll`.
            self._child.channel.send_bytes(frame)

    def train(self, text: bytes) -> None:
        """Train with the payloads of the cache; what is saved waits here to be collected."""
        files = self._files
        assert files is not None
        plan = decode_plan(text)
        own = Path(plan.working_directory)
        places = {
            field: str(files.place(name)) if getattr(plan, field) is not None else None
            for name, field in JOB_FOLDERS.items()
        }
        plan = msgspec.structs.replace(
            plan,
            **places,
            working_directory=plan.working_directory if own.is_dir() else str(files.folder),
        )
        shutil.rmtree(files.result, ignore_errors=True)
        self._send(
            Train(
                plan=msgspec.json.encode(plan),
                payloads=str(self.cache.folder),
                result=str(files.result),
            )
        )

    def close(self) -> None:
        """End the worker and clear away what is not to stay; safe to repeat."""
        with self._closing:
            self._child.channel.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.process.wait(END_S)
            clear_instance(self._folder, {})
            self.cache.leave(remove=self._order.spot)
            for lock in self._cpu_locks:
                lock.release()

    def _send(self, command: SetUp | Train) -> None:
        self.tell(msgspec.msgpack.encode(command))

    # --- what the cluster knows ------------------------------------------------------------------

    @abstractmethod
    def taken_away_at(self) -> float | None:
        """When the node will be taken away, if that was announced: seconds since the epoch."""

    @abstractmethod
    def leave(self) -> NoReturn:
        """End this process and give its place on the cluster back, also without its bridge."""

    # --- its own --------------------------------------------------------------------------------

    def _start(self, cpus: list[int]) -> Child:
        order = self._order
        given = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(self.hidden_variables)
        }
        if not cpus:
            given |= dict.fromkeys(PROCESSOR_COUNTS, str(order.cpus))
        for name, value in order.environment.items():
            given.pop(name, None)
            if value is not None:
                given[name] = value
        # The very code that this process runs, wherever the cluster has put it.
        code = Path(__file__).parents[3]
        path = [str(code), *filter(None, [given.get("PYTHONPATH")])]
        given["PYTHONPATH"] = os.pathsep.join(path)
        python = order.interpreter
        if order.prepared or not os.access(python, os.X_OK):
            python = sys.executable

        def command(descriptor: int, key_file: Path) -> list[str]:
            return [python, "-m", "aibro.worker", str(descriptor), str(key_file)]

        return start_child(command, self._folder, given)

    def _listen(self) -> None:
        channel = self._child.channel
        try:
            while True:
                frame = channel.receive_bytes()
                with self._news:
                    self._events.append(frame)
                    self._news.notify_all()
        except EOFError:
            pass
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.process.wait(END_S)
        with self._news:
            self._ended = how_it_ended(self._child.process, "the instance's process")
            self._news.notify_all()

    def _watch(self) -> None:
        while time.monotonic() - self._heard < ORPHAN_S:
            time.sleep(LOOK_S)
            self._drained_at = self.taken_away_at()
        self.close()
        self.leave()
