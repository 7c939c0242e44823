"""An instance on a node, as its bridge sees it: calls out, events and files in."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from aibro.engines.bridged import transfer
from aibro.engines.bridged.file_receiver import FileReceiver
from aibro.engines.bridged.messages import Fetched, Lost, NotFetched, NotSent, Sent, Update
from aibro.engines.bridged.placement import AgentConnection, Loss
from aibro.errors import AibroError, BadInput
from aibro.models import ReasonKind
from aibro.payloads.atomic import disk_is_full
from aibro.trainings.events import EndedEpoch, Failure, TrainingEvent
from aibro.worker.protocol import (
    Event,
    Failed,
    FitBegan,
    FitEnded,
    Message,
    ResultReady,
    SetUp,
    Train,
)

log = logging.getLogger("aibro.bridge")

POLL_S = 0.25
SILENT_S = 10.0
"""An agent that does not answer for so long is lost: it has nothing else to do."""
CLOSE_S = 5.0
SPARE_S = 5.0
"""So long before its node is taken away an instance is given up, wherever it is."""
NOTED_S = 0.05
"""A difference between the clocks of node and home that is not corrected."""
PINGS = 5


class RemoteInstance:
    """Drives one agent, whose worker's first answer is passed on as soon as it comes.

    Args:
        agent: the connection to it.
        tell: passes a message to the runner.
        url: of a file system that both sides see.
    """

    def __init__(
        self,
        agent: AgentConnection,
        tell: Callable[[Message | TrainingEvent], None],
        url: str | None,
    ) -> None:
        self._agent = agent
        self._tell = tell
        self._url = url
        self._ahead_s = self._clock_difference()
        self._files: FileReceiver | None = None
        self._training = False
        self._epoch_ended = False
        self.lost: Lost | None = None
        self._closed = threading.Event()
        threading.Thread(target=self._poll, name="poll", daemon=True).start()

    # --- commands -------------------------------------------------------------------------------

    def set_up(self, command: SetUp) -> None:
        """A job begins."""
        self._files = FileReceiver(Path(command.log))
        self._call("begin", command)

    def tell(self, command: Message) -> None:
        """Pass a command on to the worker."""
        self._call("tell", msgspec.msgpack.encode(command))

    def send(self, payloads: Path, names: list[str]) -> None:
        """Bring payloads to the node; what it has is not sent again."""
        start = time.time()
        with self._losing():
            try:
                transfer.send(self._agent, payloads, names, self._url)
            except BadInput as error:
                self._tell(NotSent(reason=error.message))
            else:
                self._tell(Sent(start=start, end=time.time()))

    def train(self, command: Train) -> None:
        """Train; what is saved comes home after every epoch."""
        assert self._files is not None
        self._files.expect(command.plan)
        self._call("train", command.plan)

    def fetch(self, destination: Path) -> None:
        """Bring the result home."""
        start = time.time()
        with self._losing():
            try:
                transfer.fetch(self._agent, destination)
            except OSError as error:
                if not disk_is_full(error):
                    raise
                self._tell(NotFetched())
            else:
                self._tell(Fetched(start=start, end=time.time()))

    def close(self) -> None:
        """End the worker and clear away on the node."""
        self._closed.set()
        with contextlib.suppress(Exception):
            self._agent.call("close", within_s=CLOSE_S)

    # --- what the instance says -----------------------------------------------------------------

    def _poll(self) -> None:
        while self.lost is None and not self._closed.is_set():
            with self._losing():
                self._pass_on(self._agent.call("poll", POLL_S, within_s=SILENT_S))

    def _pass_on(self, update: Update) -> None:
        try:
            if self._files is not None and update.log:
                self._files.log(update.log)
            for frame in update.events:
                self._pass(msgspec.msgpack.decode(frame, type=Event))
        except (AibroError, OSError) as error:
            if isinstance(error, OSError) and not disk_is_full(error):
                raise
            self._tell(_unsaved(error))
            self._training = False
        if update.ended is not None:
            self._lose(Loss(update.ended, preempted=False))
        elif update.drained_at is not None and self._is_time(update.drained_at):
            self._lose(Loss("its node is being taken away", preempted=True))

    def _pass(self, event: Event) -> None:
        if isinstance(event, FitBegan):
            self._training = True
        if isinstance(event, EndedEpoch | FitEnded | ResultReady | Failed):
            self._collect()
        self._epoch_ended = isinstance(event, EndedEpoch)
        if isinstance(event, ResultReady | Failed):
            self._training = False
        self._tell(self._at_home(event))

    def _collect(self) -> None:
        """Before an epoch is told of, its files are at home."""
        assert self._files is not None
        while pieces := self._agent.call("collect", within_s=SILENT_S):
            for piece in pieces:
                self._files.take(piece)

    def _is_time(self, drained_at: float) -> bool:
        """Whether to give the instance up: after an epoch, or when the node is about to go."""
        waits_for_epoch = self._training and not self._epoch_ended
        return not waits_for_epoch or time.time() > drained_at - SPARE_S

    # --- clocks, losses -------------------------------------------------------------------------

    def _clock_difference(self) -> float:
        """How many seconds the node's clock is ahead, as the quickest of some answers tells."""
        found: list[tuple[float, float]] = []
        for _ in range(PINGS):
            before = time.time()
            there: float = self._agent.call("clock")
            after = time.time()
            found.append((after - before, there - (before + after) / 2))
        taken, ahead = min(found)
        return ahead if abs(ahead) > max(NOTED_S, taken) else 0.0

    def _at_home(self, event: Event) -> Event:
        """The event by the clock of this machine."""
        if not self._ahead_s:
            return event
        times = {
            name: getattr(event, name) - self._ahead_s
            for name in ("at", "start", "end")
            if hasattr(event, name)
        }
        return msgspec.structs.replace(event, **times) if times else event

    def _call(self, method: str, *arguments: object) -> None:
        with self._losing():
            self._agent.call(method, *arguments, within_s=SILENT_S)

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        """Whatever goes wrong between here and the node means that the instance is lost."""
        try:
            yield
        except TimeoutError:
            self._lose(Loss(f"its node did not answer for {SILENT_S:g} s", preempted=True))
        except Exception as error:
            if not self._closed.is_set():
                log.warning("the agent cannot be called any more", exc_info=error)
            self._lose(self._agent.loss(error))

    def _lose(self, loss: Loss) -> None:
        if self.lost is None and not self._closed.is_set():
            self.lost = Lost(reason=loss.reason, preempted=loss.preempted, node=self._agent.node)
            self._tell(self.lost)


def _unsaved(error: AibroError | OSError) -> Failed:
    """What could not be saved at home ends the training, as it would have on this machine."""
    full = disk_is_full(error)
    text = error.message if isinstance(error, AibroError) else str(error)
    return Failed(
        kind=ReasonKind.DISK_FULL if full else ReasonKind.BAD_INPUT,
        reason=text,
        traceback="",
        failure=Failure(exception=type(error).__name__, message=text, place="", epoch=0),
    )
