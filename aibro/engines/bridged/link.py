"""A runner's connection to a bridge."""

from __future__ import annotations

import queue
import subprocess
from collections.abc import Callable
from pathlib import Path

from aibro.engines.base import (
    Handle,
    InstanceLost,
    Interval,
    LaunchFailed,
    Preempted,
)
from aibro.engines.bridged.messages import (
    Answer,
    BridgeEvent,
    Fetch,
    Fetched,
    Granted,
    Lost,
    NotFetched,
    NotSent,
    Refused,
    Send,
    Sent,
)
from aibro.engines.process_link import ProcessLink
from aibro.errors import BadInput, DiskFull
from aibro.worker.protocol import Channel, Message, Train

ANSWER_S = 0.05
"""How often ``stop`` is called while an answer is waited for."""


class BridgeLink(ProcessLink):
    """A connection to a bridge: commands that it answers, besides those of every link."""

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

    def answer(self, stop: Callable[[], None]) -> Message:
        """Wait for the next answer.

        Args:
            stop: called now and then; raises when the answer is not wanted any more.

        Raises:
            InstanceLost: the bridge is gone.
        """
        while True:
            stop()
            try:
                answer = self._answers.get(timeout=ANSWER_S)
            except queue.Empty:
                continue
            if isinstance(answer, Exception):
                self._answers.put(answer)  # It stays lost.
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
            answer = self.answer(stop)
            if isinstance(answer, Sent):
                return Interval(start=answer.start, end=answer.end)
            if isinstance(answer, NotSent):
                raise BadInput(answer.reason, "machine_ids")

    def train(self, plan: bytes) -> None:
        """See `Link.train`: the bridge knows where payloads and result are."""
        self._tell(Train(plan=plan, payloads="", result=""))

    def fetch(self, destination: Path, stop: Callable[[], None]) -> Interval:
        """See `Link.fetch`."""
        stop()
        self.ask(Fetch(destination=str(destination)))
        while True:
            answer = self.answer(stop)
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
