"""An engine whose instances are driven by bridges: all of it that no cluster has to itself."""

from __future__ import annotations

import os
import sys
import time
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

from xxhash import xxh3_64_hexdigest

from aibro.engines.base import (
    Engine,
    Grant,
    Handle,
    Impossible,
    InstanceLost,
    Interval,
    Launch,
    Link,
    NoInstance,
)
from aibro.engines.bridged.link import BridgeLink
from aibro.engines.bridged.messages import (
    Granted,
    LaunchOrder,
    Reached,
    Refused,
    Request,
    Start,
    Waiting,
)
from aibro.engines.bridged.placement import Placement
from aibro.engines.child import last_words, start_child
from aibro.engines.processes import clear_instance
from aibro.machine_spec import MachineSpec
from aibro.models import Market

REACH_S = 300.0
"""A bridge that has not reached its cluster by then never will: on a busy machine its library alone
may need a minute to start."""
_FRAMEWORKS = ("TF_", "KERAS_", "XLA_", "JAX_", "TORCH_")
"""Variables of the kernel that go along: frameworks read them when they are imported."""


class BridgedEngine(Engine):
    """An engine that starts a bridge for each instance; see `aibro.engines.bridged.bridge`."""

    exact_resume = True

    @abstractmethod
    def placement(self, machine: MachineSpec, order: LaunchOrder) -> Placement:
        """What gets a place on the cluster. Called in the bridge: it may import the library."""

    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
        reached: Callable[[], None],
    ) -> Grant:
        """See `Engine.request`."""
        stop()
        asked = time.time()
        link = self._start_bridge(launch)
        try:
            link.ask(
                Request(
                    machine=machine,
                    order=_order(machine, launch),
                    wait_for_capacity=launch.wait_for_capacity,
                    avoid=launch.avoid,
                )
            )
            still_wanted = _until_reached(machine, stop)
            while True:
                answer = link.answer(still_wanted)
                if isinstance(answer, Waiting):
                    say(answer.state)
                elif isinstance(answer, Reached):
                    still_wanted = stop
                    reached()
                elif isinstance(answer, Granted):
                    say("")
                    spot = machine.market is Market.SPOT
                    return BridgeGrant(
                        link, Interval(start=asked, end=answer.end) if spot else None
                    )
                elif isinstance(answer, Refused):
                    raise (Impossible if answer.impossible else NoInstance)(answer.reason)
        except InstanceLost as error:
            said = last_words(launch.folder)
            link.release()
            raise NoInstance(f"{error}. It said: {said}" if said else str(error)) from error
        except BaseException:
            link.release()
            raise

    def join(self, launch: Launch, handle: Handle) -> Link:
        """See `Engine.join`."""
        return BridgeLink.joined(launch.folder, handle)

    def reap(self, folder: Path, handle: Handle) -> None:
        """See `Engine.reap`: without its bridge, the cluster and the agent end the instance."""
        clear_instance(folder, handle)

    def _start_bridge(self, launch: Launch) -> BridgeLink:
        def command(descriptor: int, key_file: Path) -> list[str]:
            bridge = [sys.executable, "-m", "aibro.engines.bridged.bridge", self.name]
            return [*bridge, str(descriptor), str(key_file)]

        link = BridgeLink.of_child(launch.folder, start_child(command, launch.folder, os.environ))
        assert isinstance(link, BridgeLink)
        return link


class BridgeGrant(Grant):
    """A machine that a bridge holds."""

    def __init__(self, link: BridgeLink, interval: Interval | None) -> None:
        self._link = link
        self._interval = interval

    @property
    def interval(self) -> Interval | None:
        """See `Grant.interval`."""
        return self._interval

    def launch(self) -> Link:
        """See `Grant.launch`: what goes wrong there is told as the first answer."""
        self._link.ask(Start())
        return self._link

    def give_back(self) -> None:
        """See `Grant.give_back`."""
        self._link.release()


def _until_reached(machine: MachineSpec, stop: Callable[[], None]) -> Callable[[], None]:
    """``stop``, which also gives up a bridge that does not reach its cluster."""
    deadline = time.monotonic() + REACH_S

    def check() -> None:
        stop()
        if time.monotonic() > deadline:
            raise NoInstance(
                f"the cluster at {machine.address} was not reached within {REACH_S:g} s"
            )

    return check


def _order(machine: MachineSpec, launch: Launch) -> LaunchOrder:
    given = {name: v for name, v in os.environ.items() if name.startswith(_FRAMEWORKS)}
    home = launch.folder.parents[1]
    return LaunchOrder(
        instance_id=launch.instance_id,
        home_id=xxh3_64_hexdigest(f"{os.uname().nodename}:{home}".encode()),
        cpus=machine.cpus,
        spot=machine.market is Market.SPOT,
        interpreter=launch.interpreter,
        prepared=bool(machine.pip or machine.image),
        environment={**launch.variables, **launch.environment(given)},
    )
