"""Instances on this machine: each a process of its own, reached over the loopback interface."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from aibro.engines.base import (
    Engine,
    Fit,
    Grant,
    Handle,
    Interval,
    Launch,
    Link,
    NoInstance,
    Snapshot,
)
from aibro.engines.child import start_child
from aibro.engines.entries import Entry
from aibro.engines.process_link import ProcessLink
from aibro.engines.processes import clear_instance
from aibro.machine_spec import MachineSpec
from aibro.models import Market
from aibro.worker.protocol import Train


class LocalEngine(Engine):
    """This machine. Everything is granted at once; the settings keep it from too much."""

    name = "local"

    def describe(self) -> Mapping[str, Entry]:
        """See `Engine.describe`: machines.toml does not describe this machine."""
        return {}

    def look(self, address: str, within_s: float, stop: Callable[[], None]) -> Snapshot:
        """See `Engine.look`: there is no cluster."""
        del address, within_s
        stop()
        return Snapshot()

    def fits(self, machine: MachineSpec, snapshot: Snapshot, in_use: int) -> Fit:
        """See `Engine.fits`: how many are free is what the settings leave."""
        del machine, snapshot, in_use
        return Fit()

    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
        reached: Callable[[], None],
    ) -> Grant:
        """See `Engine.request`."""
        del say
        reached()
        stop()
        return LocalGrant(machine, launch)

    def join(self, launch: Launch, handle: Handle) -> Link:
        """See `Engine.join`."""
        return LocalLink.joined(launch.folder, handle)

    def reap(self, folder: Path, handle: Handle) -> None:
        """See `Engine.reap`."""
        clear_instance(folder, handle)


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

        def command(descriptor: int, key_file: Path) -> list[str]:
            return [launch.interpreter, "-m", "aibro.worker", str(descriptor), str(key_file)]

        try:
            child = start_child(command, launch.folder, launch.environment(os.environ))
        except OSError as error:
            raise NoInstance(
                f"the interpreter {launch.interpreter} cannot be started "
                f"({error.strerror or error}). Install it again, or train with another one"
            ) from error
        return LocalLink.of_child(launch.folder, child)

    def give_back(self) -> None:
        """See `Grant.give_back`: nothing was started."""


class LocalLink(ProcessLink):
    """A connection to a worker on this machine."""

    _payloads: Path

    @property
    def _result(self) -> Path:
        return self._folder / "result"

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

    def fetch(self, destination: Path, stop: Callable[[], None]) -> Interval:
        """See `Link.fetch`."""
        stop()
        start = time.time()
        self._result.replace(destination)
        return Interval(start=start, end=time.time())
