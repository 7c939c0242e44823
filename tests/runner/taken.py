"""An engine whose machines are taken away: this one, with workers that are real and really end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from aibro.engines.base import Engine, Grant, Handle, Interval, Launch, Link, NoInstance, Preempted
from aibro.engines.local import LocalEngine, LocalGrant, LocalLink
from aibro.engines.processes import clear_instance
from aibro.machine_spec import MachineSpec
from aibro.worker.protocol import Event

GONE = "its node is gone"

Moment = tuple[type[Event] | str, int]
"""The event that does not come any more, or the call that fails; and the how manieth of them."""


class TakenLink(LocalLink):
    """A link that breaks, with its worker, at a moment."""

    moment: Moment | None = None
    before: Callable[[], None] | None = None
    _count = 0
    _taken = False

    def receive(self, timeout: float) -> Event | None:
        """See `Link.receive`."""
        self._check()
        event = super().receive(timeout)
        if event is not None:
            self._pass(type(event))
        return event

    def send(self, payloads: Path, names: list[str], stop: Callable[[], None]) -> Interval:
        """See `Link.send`."""
        self._pass("send")
        return super().send(payloads, names, stop)

    def fetch(self, destination: Path, stop: Callable[[], None]) -> Interval:
        """See `Link.fetch`."""
        self._pass("fetch")
        return super().fetch(destination, stop)

    def _pass(self, what: type[Event] | str) -> None:
        if self.moment is None or self.moment[0] != what:
            return
        self._count += 1
        if self._count == self.moment[1]:
            self._taken = True
            clear_instance(self._folder, self.handle)
            if self.before is not None:
                self.before()
        self._check()

    def _check(self) -> None:
        if self._taken:
            raise Preempted(GONE)


class TakenGrant(LocalGrant):
    """Its instance is taken away at the engine's next moment."""

    def __init__(self, engine: TakenEngine, machine: MachineSpec, launch: Launch) -> None:
        super().__init__(machine, launch)
        self._engine = engine

    def launch(self) -> Link:
        """See `Grant.launch`."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("aibro.engines.local.LocalLink", TakenLink)
            link = super().launch()
        assert isinstance(link, TakenLink)
        link.before = self._engine.before
        if self._engine.moments:
            link.moment = self._engine.moments.pop(0)
        return link


class TakenEngine(LocalEngine):
    """Takes away one instance after the other.

    Args:
        moments: one for each instance; those after them are left alone.

    Attributes:
        launches: what was asked for.
        machines: how many can be had; ``None`` is any number.
        before: runs when an instance is gone, before its runner knows.
    """

    exact_resume = True

    def __init__(self, moments: list[Moment]) -> None:
        self.moments = moments
        self.launches: list[Launch] = []
        self.machines: int | None = None
        self.before: Callable[[], None] | None = None

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
        if self.machines == len(self.launches):
            raise NoInstance("the last node is gone")
        self.launches.append(launch)
        return TakenGrant(self, machine, launch)

    def join(self, launch: Launch, handle: Handle) -> Link:
        """See `Engine.join`: nothing cools here."""
        raise NotImplementedError


def take_away(patch: pytest.MonkeyPatch, *moments: Moment) -> TakenEngine:
    """Let this machine's instances be taken away from the runner in this process."""
    made = TakenEngine([*moments])

    def engine(name: str) -> Engine:
        assert name == "local"
        return made

    for module in ("acquire", "instance", "training"):
        patch.setattr(f"aibro.runner.{module}.engine", engine)
    return made
