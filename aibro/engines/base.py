"""The contract of an engine: how a runner gets an instance, drives it and gives it back.

A job goes ``request → launch (or join) → set_up → gear_up → send → train → receive … → fetch`` and
ends with ``release``, or with ``hand_over`` when another runner has claimed the cooling instance.
Only `Engine.request`, `Link.send` and `Link.fetch` may take long; they call ``stop`` meanwhile.
Everything else answers at once, and what the instance says arrives through `Link.receive`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from aibro.engines.entries import Entry
from aibro.machine_spec import MachineSpec
from aibro.models import Record
from aibro.worker.protocol import Event, GearUp, SetUp

Handle = Mapping[str, str | int | float]
"""How to reach and end an instance; kept in the store for others, should its runner die."""


class InstanceLost(Exception):
    """The instance does not answer any more; the text says how that was seen."""


class LaunchFailed(InstanceLost):
    """The instance never came up; one on another machine may."""


class Preempted(InstanceLost):
    """Its machine was taken away, or is gone: the job can go on on another one.

    Args:
        how: how that was seen, in words.
        node: what its engine calls the machine; empty when it is not known.
    """

    def __init__(self, how: str, node: str = "") -> None:
        super().__init__(how)
        self.node = node


class NoInstance(Exception):
    """The machine cannot be had; the text says why."""

    outcome = "failed"
    """What becomes of the request in the user's own statistics."""


class Impossible(NoInstance):
    """The machine can never be had where it was asked for."""

    outcome = "impossible"


class Interval(Record, frozen=True):
    """A measured stretch of time, in seconds since the epoch."""

    start: float
    end: float


class Launch(Record, frozen=True):
    """What an instance is launched with."""

    instance_id: str
    folder: Path
    """The instance's own folder on this machine."""
    interpreter: str
    backend: str
    deterministic: bool
    variables: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    """Environment that the instance has to start with; ``None`` takes a variable away."""
    wait_for_capacity: bool = False
    """What the cluster lacks now is waited for, as it was there before: the job's machine was taken
    away. Otherwise a machine that the cluster has not, and cannot add, is refused at once."""
    avoid: list[str] = msgspec.field(default_factory=list)
    """Nodes that the job has lost, as their engine names them: the cluster itself may take longer
    to notice that they are gone."""

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """``given`` as the instance's Python has to find it."""
        changed = {**given, **self.variables, "KERAS_BACKEND": self.backend}
        if self.deterministic:
            changed["PYTHONHASHSEED"] = "0"
        return {name: value for name, value in changed.items() if value is not None}


class Snapshot(Record, frozen=True):
    """What a look at a cluster showed; an engine adds to it what its `Engine.fits` needs."""

    problem: str | None = None
    """Why nothing could be seen, and what to do about it."""


class Fit(Record, frozen=True):
    """Whether a machine can be had on its cluster."""

    free: int | None = None
    """How many more instances could start right now; ``None`` when that is not known."""
    obstacle: str | None = None
    """Why none ever can, as in ``it needs 64 CPUs; the largest node has 2 CPUs``."""


class Link(ABC):
    """A live connection to one instance."""

    answer_s = 60.0
    """Seconds after its launch at which an instance that has said nothing at all is given up."""

    @property
    @abstractmethod
    def handle(self) -> Handle:
        """How others reach or end this instance."""

    @abstractmethod
    def receive(self, timeout: float) -> Event | None:
        """The next thing the instance says, or ``None`` after ``timeout`` seconds.

        Raises:
            InstanceLost: it is gone.
        """

    @abstractmethod
    def set_up(self, command: SetUp) -> None:
        """A job begins; answered by ``Ready``."""

    @abstractmethod
    def gear_up(self, command: GearUp) -> None:
        """Bring up the framework; answered by ``Geared``. May be told before the data is there."""

    @abstractmethod
    def send(self, payloads: Path, names: list[str], stop: Callable[[], None]) -> Interval:
        """Bring the payloads to the instance; those it has are not sent again.

        Args:
            payloads: the folder of payloads on this machine.
            stop: called now and then; raises when the job shall not go on.

        Raises:
            InstanceLost: it is gone.
        """

    @abstractmethod
    def train(self, plan: bytes) -> None:
        """Load and fit; answered by ``Loaded``, ``FitBegan``, …, ``ResultReady``, or ``Failed``."""

    @abstractmethod
    def fetch(self, destination: Path, stop: Callable[[], None]) -> Interval:
        """Bring the result home: ``destination`` is there whole or not at all.

        Args:
            destination: a folder, replaced when it is there.
            stop: called now and then; raises when the job shall not go on.

        Raises:
            InstanceLost: it is gone.
            DiskFull: there is no room here.
        """

    @abstractmethod
    def hand_over(self) -> None:
        """Let the runner that claimed this instance connect."""

    @abstractmethod
    def release(self) -> None:
        """End the instance: when this returns, nothing of it runs."""


class Grant(ABC):
    """A machine that was granted. Either `launch` or `give_back` is called, once."""

    @property
    @abstractmethod
    def interval(self) -> Interval | None:
        """How long a spot request was under way; ``None`` on demand."""

    @abstractmethod
    def launch(self) -> Link:
        """Begin to start an instance; its first answer is ``Connected``.

        Raises:
            NoInstance: it cannot be started; says what to do.
        """

    @abstractmethod
    def give_back(self) -> None:
        """Let the machine go: it is not wanted any more."""


class Engine(ABC):
    """A way to get instances."""

    name: str
    exact_resume: bool = False
    """Its machines can be taken away, so each epoch leaves what a job goes on from elsewhere."""

    @abstractmethod
    def describe(self) -> Mapping[str, Entry]:
        """The entries of this engine's machines in machines.toml, besides those of every machine.

        A value ends up in the field of `MachineSpec` that has the entry's name.
        """

    @abstractmethod
    def look(self, address: str, within_s: float, stop: Callable[[], None]) -> Snapshot:
        """Ask a cluster what is free on it now, which takes seconds.

        Args:
            address: as machines.toml has it.
            within_s: seconds after which a cluster that does not answer is given up.
            stop: called now and then; raises when nobody wants the answer any more.

        Returns:
            What there is, or the problem that is in the way of seeing it.

        Raises:
            OSError: nothing could be started here to ask with.
        """

    @abstractmethod
    def fits(self, machine: MachineSpec, snapshot: Snapshot, in_use: int) -> Fit:
        """Whether the machine can be had on the cluster of a snapshot; asks nobody.

        Args:
            snapshot: what `look` has returned.
            in_use: how many instances of the machine there are, for its ``capacity``.
        """

    @abstractmethod
    def request(
        self,
        machine: MachineSpec,
        launch: Launch,
        stop: Callable[[], None],
        say: Callable[[str], None],
        reached: Callable[[], None],
    ) -> Grant:
        """Ask for a machine and wait until it is granted.

        Should the runner die meanwhile, `reap` ends what has been started for the request: it is
        known by the instance's id.

        Args:
            machine: what to ask for.
            launch: what will be launched on it.
            stop: called now and then; raises when the job shall not go on, and the request goes.
            say: told in plain words what the request waits for, whenever that changes.
            reached: called when the cluster has been asked: the user's ``wait_request_s`` count
                from then on. What comes before is the engine's own start, which has a limit of its
                own. Calls after the first change nothing.

        Raises:
            Impossible: it can never be had here.
            NoInstance: it cannot be had now.
        """

    @abstractmethod
    def join(self, launch: Launch, handle: Handle) -> Link:
        """Connect to an instance that cools; its first answer is ``Connected``.

        Raises:
            InstanceLost: it is gone.
        """

    @abstractmethod
    def reap(self, folder: Path, handle: Handle) -> None:
        """End whatever there is of an instance that no link leads to; safe to repeat.

        Its runner died, or it does not answer.

        Args:
            folder: the instance's own folder on this machine, named by its id; gone afterwards.
            handle: what the link said, empty when there was none yet.
        """
