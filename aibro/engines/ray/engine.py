"""Instances on a Ray cluster, each driven by a bridge on this machine; see `bridge`."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from xxhash import xxh3_64_hexdigest

from aibro.engines.base import (
    Engine,
    Fit,
    Grant,
    Handle,
    Impossible,
    InstanceLost,
    Interval,
    Launch,
    LaunchFailed,
    Link,
    NoInstance,
    Preempted,
    Snapshot,
)
from aibro.engines.child import last_words, start_child
from aibro.engines.entries import Entry
from aibro.engines.process_link import ProcessLink
from aibro.engines.processes import clear_instance
from aibro.engines.ray.entries import RAY_ENTRIES
from aibro.engines.ray.fitting import ClusterSnapshot, free_instances, obstacle
from aibro.engines.ray.messages import (
    Answer,
    BridgeEvent,
    Fetch,
    Fetched,
    Granted,
    Lost,
    NotFetched,
    NotSent,
    Order,
    Refused,
    Request,
    Send,
    Sent,
    Start,
    Waiting,
)
from aibro.engines.ray.probe import probe
from aibro.errors import BadInput, DiskFull
from aibro.machine_spec import MachineSpec
from aibro.models import Market
from aibro.worker.protocol import Channel, Message, Train

ANSWER_S = 0.05
_FRAMEWORKS = ("TF_", "KERAS_", "XLA_", "JAX_", "TORCH_")
"""Variables of the kernel that go along: frameworks read them when they are imported."""


class RayEngine(Engine):
    """A Ray cluster."""

    name = "ray"
    exact_resume = True

    def describe(self) -> Mapping[str, Entry]:
        """See `Engine.describe`."""
        return RAY_ENTRIES

    def look(self, address: str, within_s: float, stop: Callable[[], None]) -> Snapshot:
        """See `Engine.look`."""
        return probe(address, within_s, stop)

    def fits(self, machine: MachineSpec, snapshot: Snapshot, in_use: int) -> Fit:
        """See `Engine.fits`."""
        cluster = snapshot.cluster if isinstance(snapshot, ClusterSnapshot) else None
        if cluster is None:
            return Fit()
        return Fit(
            free=free_instances(cluster, machine, in_use), obstacle=obstacle(cluster, machine)
        )

    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
    ) -> Grant:
        """See `Engine.request`."""
        stop()
        asked = time.time()
        link = _start_bridge(launch)
        try:
            link.ask(
                Request(
                    machine=machine,
                    order=_order(machine, launch),
                    again=launch.again,
                    avoid=launch.avoid,
                )
            )
            while True:
                stop()
                answer = link.answer(ANSWER_S)
                if isinstance(answer, Waiting):
                    say(answer.state)
                elif isinstance(answer, Granted):
                    say("")
                    spot = machine.market is Market.SPOT
                    return RayGrant(link, Interval(start=asked, end=answer.end) if spot else None)
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
        return RayLink.joined(launch.folder, handle)

    def reap(self, folder: Path, handle: Handle) -> None:
        """See `Engine.reap`: without its bridge, Ray and the agent end the instance."""
        clear_instance(folder, handle)


class RayGrant(Grant):
    """A placement group that is there."""

    def __init__(self, link: RayLink, interval: Interval | None) -> None:
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


class RayLink(ProcessLink):
    """A connection to a bridge."""

    answer_s = 720.0  # installing packages or pulling an image may take that long
    close_s = 10.0
    what = "the process that drives the instance"

    def __init__(
        self,
        folder: Path,
        handle: Handle,
        channel: Channel,
        process: subprocess.Popen[bytes] | None,
    ) -> None:
        # Before the thread that listens starts.
        self._answers: queue.SimpleQueue[Message | Exception] = queue.SimpleQueue()
        self._granted = False
        super().__init__(folder, handle, channel, process)

    def ask(self, command: Message) -> None:
        """Tell the bridge something that it answers."""
        self._tell(command)

    def answer(self, timeout: float) -> Message | None:
        """The next answer, or ``None`` after ``timeout`` seconds.

        Raises:
            InstanceLost: the bridge is gone.
        """
        try:
            answer = self._answers.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(answer, Exception):
            self._answers.put(answer)
            raise self._lost() if isinstance(answer, EOFError) else answer
        return answer

    def send(self, payloads: Path, names: list[str], stop: Callable[[], None]) -> Interval:
        """See `Link.send`."""
        stop()
        for name in names:
            if not (payloads / name).is_file():
                raise FileNotFoundError(name)
        self.ask(Send(payloads=str(payloads), names=names))
        while True:
            stop()
            answer = self.answer(ANSWER_S)
            if isinstance(answer, Sent):
                return Interval(start=answer.start, end=answer.end)
            if isinstance(answer, NotSent):
                raise BadInput(answer.reason, "machine_ids")

    def train(self, plan: bytes) -> None:
        """See `Link.train`: the bridge knows where payloads and result are."""
        self._tell(Train(plan=plan, payloads="", result=""))

    def fetch(self, destination: Path) -> Interval:
        """See `Link.fetch`."""
        self.ask(Fetch(destination=str(destination)))
        while True:
            answer = self.answer(ANSWER_S)
            if isinstance(answer, Fetched):
                return Interval(start=answer.start, end=answer.end)
            if isinstance(answer, NotFetched):
                raise DiskFull("the result")

    def _hear(self) -> None:
        message = self._channel.receive(BridgeEvent)
        self._granted |= isinstance(message, Granted)
        if isinstance(message, Lost):
            self._gone(
                Preempted(message.reason, message.node)
                if message.preempted
                else InstanceLost(message.reason)
            )
        elif isinstance(message, Refused) and self._granted:
            self._gone(LaunchFailed(message.reason))
        elif isinstance(message, Answer):
            self._answers.put(message)
        else:
            self._events.put(message)

    def _gone(self, error: Exception) -> None:
        super()._gone(error)
        self._answers.put(error)

    def _lost(self) -> InstanceLost:
        # Ray ends its drivers when the cluster's head is gone: the job can go on elsewhere.
        return Preempted(str(super()._lost()))


def _start_bridge(launch: Launch) -> RayLink:
    def command(descriptor: int, key_file: Path) -> list[str]:
        return [sys.executable, "-m", "aibro.engines.ray.bridge", str(descriptor), str(key_file)]

    link = RayLink.of_child(launch.folder, start_child(command, launch.folder, os.environ))
    assert isinstance(link, RayLink)
    return link


def _order(machine: MachineSpec, launch: Launch) -> Order:
    given = {name: v for name, v in os.environ.items() if name.startswith(_FRAMEWORKS)}
    home = launch.folder.parents[1]
    return Order(
        instance_id=launch.instance_id,
        home_id=xxh3_64_hexdigest(f"{os.uname().nodename}:{home}".encode()),
        cpus=machine.cpus,
        spot=machine.market is Market.SPOT,
        interpreter=launch.interpreter,
        prepared=bool(machine.pip or machine.image),
        environment={**launch.variables, **launch.environment(given)},
    )
