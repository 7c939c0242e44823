"""Instances on this machine: each a process of its own, reached over the loopback interface."""

from __future__ import annotations

import os
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from aibro.engines.base import (
    Engine,
    Grant,
    Handle,
    InstanceLost,
    Interval,
    Launch,
    Link,
    NoInstance,
)
from aibro.engines.processes import (
    INSTANCE_VARIABLE,
    end_processes,
    find_process,
    started_at,
    wait_for_end,
)
from aibro.machines.spec import MachineSpec
from aibro.models import Market
from aibro.worker.protocol import (
    KEY_BYTES,
    Channel,
    Close,
    Command,
    Event,
    GearUp,
    HandOver,
    SetUp,
    Train,
)

KEY_FILE = "key"
CLOSE_S = 0.7
"""A worker that does not end by itself within this time is killed."""
CONNECT_S = 10.0


class LocalEngine(Engine):
    """This machine. Everything is granted at once; the settings keep it from too much."""

    name = "local"

    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
    ) -> Grant:
        """See `Engine.request`."""
        del say
        stop()
        return LocalGrant(machine, launch)

    def join(self, launch: Launch, handle: Handle) -> Link:
        """See `Engine.join`."""
        try:
            channel = _connect(int(handle["port"]), (launch.folder / KEY_FILE).read_bytes())
        except (OSError, KeyError) as error:
            raise InstanceLost(f"the cooling instance does not answer ({error})") from error
        return LocalLink(launch.folder, handle, channel, None)

    def reap(self, folder: Path, handle: Handle) -> None:
        """See `Engine.reap`."""
        end_processes(folder.name, handle)
        shutil.rmtree(folder, ignore_errors=True)


class LocalGrant(Grant):
    """This machine, for one more worker."""

    def __init__(self, machine: MachineSpec, launch: Launch) -> None:
        now = time.time()
        self._interval = Interval(start=now, end=now) if machine.market is Market.SPOT else None
        self._launch = launch

    @property
    def interval(self) -> Interval | None:
        """See `Grant.interval`."""
        return self._interval

    def launch(self) -> Link:
        """See `Grant.launch`."""
        launch = self._launch
        launch.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_bytes(KEY_BYTES)
        key_file = launch.folder / KEY_FILE
        key_file.touch(mode=0o600)
        key_file.write_bytes(key)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = int(listener.getsockname()[1])
            # Connected and known before the worker starts: it never runs without a runner that
            # it can lose.
            channel = _connect(port, key)
            try:
                process = _start_worker(launch, listener.fileno(), key_file)
            except OSError as error:
                channel.close()
                raise NoInstance(
                    f"the interpreter {launch.interpreter} cannot be started "
                    f"({error.strerror or error}). Install it again, or train with another one"
                ) from error
        handle = {
            "pid": process.pid,
            "started": started_at(process.pid),
            "port": port,
        }
        return LocalLink(launch.folder, handle, channel, process)

    def give_back(self) -> None:
        """See `Grant.give_back`: nothing was started."""


class LocalLink(Link):
    """A connection to a worker on this machine."""

    def __init__(
        self,
        folder: Path,
        handle: Handle,
        channel: Channel,
        process: subprocess.Popen[bytes] | None,
    ) -> None:
        self._folder = folder
        self._handle = handle
        self._process = process
        self._result = folder / "result"
        self._channel = channel
        self._events: queue.SimpleQueue[Event | EOFError] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="events", daemon=True).start()

    @property
    def handle(self) -> Handle:
        """See `Link.handle`."""
        return self._handle

    def receive(self, timeout: float) -> Event | None:
        """See `Link.receive`."""
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(event, EOFError):
            self._events.put(event)  # It stays lost.
            raise InstanceLost(self._how_it_ended())
        return event

    def set_up(self, command: SetUp) -> None:
        """See `Link.set_up`."""
        self._tell(command)

    def gear_up(self, command: GearUp) -> None:
        """See `Link.gear_up`."""
        self._tell(command)

    def send(self, payloads: Path, names: list[str], stop: Callable[[], None]) -> Interval:
        """See `Link.send`: the worker maps the very files of the store into its memory."""
        start = time.time()
        self._payloads = payloads
        stop()
        for name in names:
            if not (payloads / name).is_file():
                raise FileNotFoundError(name)
        return Interval(start=start, end=time.time())

    def train(self, plan: bytes) -> None:
        """See `Link.train`."""
        shutil.rmtree(self._result, ignore_errors=True)
        self._tell(Train(plan=plan, payloads=str(self._payloads), result=str(self._result)))

    def fetch(self, destination: Path) -> Interval:
        """See `Link.fetch`."""
        start = time.time()
        self._result.replace(destination)
        return Interval(start=start, end=time.time())

    def hand_over(self) -> None:
        """See `Link.hand_over`."""
        try:
            self._channel.send(HandOver())
        except OSError:
            return  # It is lost; whoever claimed it will notice.
        # The worker closes its end once it has read the message; closing ours first could lose it.
        deadline = time.monotonic() + CLOSE_S
        while time.monotonic() < deadline:
            try:
                if isinstance(self._events.get(timeout=CLOSE_S), EOFError):
                    return
            except queue.Empty:
                return

    def release(self) -> None:
        """See `Link.release`."""
        try:
            self._channel.send(Close())
            self._wait(CLOSE_S)
        except OSError:
            pass  # It is gone already, or will be killed.
        self._channel.close()
        end_processes(self._folder.name, self._handle)
        self._wait(CLOSE_S)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tell(self, command: Command) -> None:
        try:
            self._channel.send(command)
        except OSError as error:
            raise InstanceLost(self._how_it_ended()) from error

    def _listen(self) -> None:
        try:
            while True:
                self._events.put(self._channel.receive_event())
        except EOFError as error:
            self._events.put(error)

    def _wait(self, timeout: float) -> None:
        if self._process is not None:
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                return
        elif worker := find_process(self._handle):
            wait_for_end(worker, timeout)

    def _how_it_ended(self) -> str:
        self._wait(CLOSE_S)
        code = self._process.poll() if self._process is not None else None
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            hint = "; the machine may have run out of memory" if -code == signal.SIGKILL else ""
            return f"the instance's process was ended by {name}{hint}"
        if code is not None:
            return f"the instance's process ended with exit status {code}"
        return "the instance's process is gone"


def _connect(port: int, key: bytes) -> Channel:
    connection = socket.create_connection(("127.0.0.1", port), CONNECT_S)
    connection.settimeout(None)
    channel = Channel(connection)
    channel.send_bytes(key)
    return channel


def _start_worker(launch: Launch, listener: int, key_file: Path) -> subprocess.Popen[bytes]:
    environment = launch.environment(os.environ)
    # The notebook's plotting back end and tracing do not exist outside its kernel.
    for name in ("MPLBACKEND", "JPY_PARENT_PID", "PYDEVD_USE_FRAME_EVAL"):
        environment.pop(name, None)
    environment[INSTANCE_VARIABLE] = launch.instance_id
    with (launch.folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [launch.interpreter, "-m", "aibro.worker", str(listener), str(key_file)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[listener],
            start_new_session=True,
            env=environment,
        )
