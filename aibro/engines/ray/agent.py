"""The instance's agent: an actor on the node that looks after one worker.

The training runs in a process of its own, as it does on the user's machine, so the agent always
answers. It ends its worker, and itself, when nobody has called for a while: the bridge that drives
it calls all the time. Ray runs every method in a thread of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from aibro.engines.child import Child, how_it_ended, start_child
from aibro.engines.processes import clear_instance
from aibro.engines.ray.messages import Order, Parcel, Said
from aibro.engines.ray.node import NodeFolder
from aibro.engines.ray.node_cache import NodeCache
from aibro.engines.ray.outbox import Outbox
from aibro.trainings.plan import decode_plan
from aibro.trainings.variables import PROCESSOR_COUNTS
from aibro.worker.protocol import SetUp, Train

ORPHAN_S = 10.0
"""Without a call for so long there is no bridge any more."""
LOOK_S = 1.0
END_S = 0.7
LOG_BYTES = 1 << 20
_RAYS_OWN = ("RAY_", "OMP_NUM_THREADS")
"""Ray's variables, its token among them, are not for the user's code."""


class Agent:
    """Starts a worker and stands between it and the bridge.

    Args:
        order: what to start.

    Raises:
        OSError: the worker cannot be started.
    """

    def __init__(self, order: Order) -> None:
        from ray import get_runtime_context

        self._order = order
        self._node_id = get_runtime_context().get_node_id()
        node = NodeFolder(self._node_id, order.home_id)
        node.tidy()
        self.cache = NodeCache(node.cache)
        self._folder = node.instance(order.instance_id)
        self._outbox: Outbox | None = None
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
        """Ray's id of the node."""
        return self._node_id

    def clock(self) -> float:
        """The node's wall clock."""
        return time.time()

    def poll(self, wait_s: float) -> Said:
        """What is new, at once or after ``wait_s`` seconds."""
        self._heard = time.monotonic()
        with self._news:
            if not self._events and self._ended is None:
                self._news.wait(wait_s)
            events, self._events = self._events, []
            ended = self._ended
        log = self._outbox.new_log(LOG_BYTES) if self._outbox is not None else b""
        return Said(events=events, log=log, drained_at=self._drained_at, ended=ended)

    def collect(self) -> list[Parcel]:
        """Finished files of the job, piece by piece; empty when all were given out."""
        self._heard = time.monotonic()
        return self._outbox.collect() if self._outbox is not None else []

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
        assert self._outbox is not None
        return {path.name: path.stat().st_size for path in self._outbox.result.iterdir()}

    def read_result(self, name: str, offset: int, size: int) -> bytes:
        """A piece of one of `results`."""
        self._heard = time.monotonic()
        assert self._outbox is not None
        with (self._outbox.result / Path(name).name).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def begin(self, command: SetUp) -> None:
        """A job begins."""
        self._outbox = Outbox(self._folder / f"job-{command.job_id}")
        own = Path(command.working_directory)
        here = command.working_directory if own.is_dir() else str(self._outbox.folder)
        self._send(SetUp(job_id=command.job_id, working_directory=here, log=str(self._outbox.log)))

    def tell(self, frame: bytes) -> None:
        """Pass a command on."""
        with contextlib.suppress(OSError):  # What has become of the worker is told by `poll`.
            self._child.channel.send_bytes(frame)

    def train(self, text: bytes) -> None:
        """Train with the payloads of the cache; what is saved waits here to be collected."""
        outbox = self._outbox
        assert outbox is not None
        plan = decode_plan(text)
        own = Path(plan.working_directory)
        places = {
            field: str(outbox.place(name)) if getattr(plan, field) is not None else None
            for field, name in (
                ("checkpoint_folder", "checkpoints"),
                ("log_folder", "logs"),
                ("state_folder", "states"),
            )
        }
        plan = msgspec.structs.replace(
            plan,
            **places,
            working_directory=plan.working_directory if own.is_dir() else str(outbox.folder),
        )
        shutil.rmtree(outbox.result, ignore_errors=True)
        self._send(
            Train(
                plan=msgspec.json.encode(plan),
                payloads=str(self.cache.folder),
                result=str(outbox.result),
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

    # --- its own --------------------------------------------------------------------------------

    def _start(self, cpus: list[int]) -> Child:
        order = self._order
        given = {
            name: value for name, value in os.environ.items() if not name.startswith(_RAYS_OWN)
        }
        if not cpus:
            given |= dict.fromkeys(PROCESSOR_COUNTS, str(order.cpus))
        for name, value in order.environment.items():
            given.pop(name, None)
            if value is not None:
                given[name] = value
        # The very code that this process runs, wherever Ray has put it.
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
            self._drained_at = drained_at(self._node_id)
        self.close()
        leave_cluster()


def drained_at(node_id: str) -> float | None:
    """When a node will be taken away, if that was announced: seconds since the epoch."""
    from ray._private.state import state

    # Ray has no public word for it yet; its own libraries ask in the same way.
    try:
        deadline = state.get_draining_nodes().get(node_id)
    except Exception:  # noqa: BLE001 - the head may be away for a moment
        return None
    if deadline is None:
        return None
    return deadline / 1000 if deadline > 0 else float("inf")


def leave_cluster() -> None:
    """End this actor and give its place back, also when its driver cannot any more."""
    from ray.util.placement_group import get_current_placement_group, remove_placement_group

    def give_back() -> None:
        with contextlib.suppress(Exception):
            remove_placement_group(get_current_placement_group())

    giving = threading.Thread(target=give_back, daemon=True)
    giving.start()
    giving.join(2.0)
    os._exit(0)
