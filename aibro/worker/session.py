"""Carries out the runner's commands in the worker, and reports how they went."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from aibro.errors import AibroError, BadInput, DiskFull, NotAsSent
from aibro.models import PeriodName, ReasonKind
from aibro.payloads.atomic import disk_is_full
from aibro.trainings.base import Trainer
from aibro.trainings.events import EndedEpoch, Failure, TrainingEvent
from aibro.trainings.plan import decode_plan
from aibro.trainings.surroundings import within
from aibro.worker import displays
from aibro.worker.outputs import showing
from aibro.worker.process_state import ProcessState
from aibro.worker.protocol import (
    Began,
    Command,
    Event,
    Failed,
    FitBegan,
    FitEnded,
    Geared,
    GearUp,
    Loaded,
    Ready,
    ResultReady,
    SetUp,
    Spoiled,
    Train,
    sendable,
)

# Characters: a user's exception may hold a text of any length.
MAX_TRACEBACK = 64 * 1024
MAX_MESSAGE = 4 * 1024
_OWN = str(Path(__file__).parents[1]) + os.sep
"""How the paths of AIbro's own files begin."""
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MAX_REASON = 500


class Session:
    """Works on one job after another.

    Args:
        send: sends an event to the runner.
        make_trainer: makes the `Trainer` for a kind of training, given the kind's name. It is
            called once: a worker only gets jobs of one kind, and they share the trainer.
        folder: the instance's own folder.
    """

    def __init__(
        self,
        send: Callable[[Event], None],
        make_trainer: Callable[[str], Trainer],
        folder: Path,
    ) -> None:
        self._send = send
        self._folder = folder
        self._make_trainer = make_trainer
        self._trainer: Trainer | None = None
        self._failed = False
        self._job = contextlib.ExitStack()
        self._process: ProcessState | None = None
        self._is_spoiled = False

    def is_spoiled(self) -> bool:
        """Whether a job left something behind that cannot be undone."""
        return self._is_spoiled

    def handle(self, command: Command) -> None:
        """Carry out a command.

        A failure is reported to the runner. Further commands for the same job are then skipped.
        """
        if not self._do(command):
            # Only here, because the exception kept the frames of the fit alive, and with them the
            # model and the arrays.
            self._reset()

    def _do(self, command: Command) -> bool:
        try:
            if isinstance(command, SetUp):
                self._set_up(command)
            elif isinstance(command, GearUp) and not self._failed:
                self._gear_up(command)
            elif isinstance(command, Train) and not self._failed:
                self._train(command)
        except BaseException as error:  # noqa: BLE001 - user code may even exit
            self._failed = True
            self._send(self._failure(command, error))
            return False
        return True

    def _set_up(self, command: SetUp) -> None:
        self._failed = False
        _print_to(command.log)
        os.chdir(command.working_directory)
        self._send(Ready())

    def _gear_up(self, command: GearUp) -> None:
        reused = self._trainer is not None
        start = time.time()
        if not reused:
            self._send(Began(period=PeriodName.ENV_GEAR_UP, at=start))
        self._trainer = self._trainer or self._make_trainer(command.kind)
        facts = self._trainer.gear_up(command.backend, command.deterministic)
        if self._process is None:
            displays.prepare(self._folder)
            self._process = ProcessState(self._trainer.is_kept)
        self._send(Geared(start=start, end=time.time(), reused=reused, facts=facts))

    def _train(self, command: Train) -> None:
        trainer = self._trainer
        assert trainer is not None, "the framework is not up"
        plan = decode_plan(command.plan)
        payloads = Path(command.payloads)
        start = time.time()
        self._send(Began(period=PeriodName.DESERIALIZATION, at=start))
        self._job.enter_context(within(plan.surroundings))
        with showing(self._send, self._folder):
            trainer.load(plan, lambda name: payloads / name)
            self._send(Loaded(start=start, end=time.time()))
            start = time.time()
            self._send(FitBegan(at=start))
            issue = trainer.fit(self._tell)
            end = time.time()
        self._send(FitEnded(start=start, end=end, issue=issue))
        start = time.time()
        self._send(Began(period=PeriodName.RESULT_SERIALIZATION, at=start))
        trainer.save_result(Path(command.result))
        self._send(ResultReady(start=start, end=time.time()))
        self._reset()

    def _tell(self, event: TrainingEvent) -> None:
        if isinstance(event, EndedEpoch):
            event = replace(event, at=time.time())
        self._send(event)

    def _reset(self) -> None:
        if self._trainer is not None:
            self._trainer.reset()
        self._job.close()
        left = self._process.restore() if self._process is not None else []
        if left and not self._is_spoiled:
            self._is_spoiled = True
            print(f"This instance is not used again: {left[0]}.", flush=True)
            self._send(Spoiled(reason=left[0]))

    def _failure(self, command: Command, error: BaseException) -> Failed:
        frames = traceback.extract_tb(error.__traceback__)
        deepest = frames[-1] if frames else None
        name = type(error).__name__
        message = _text_of(error)
        kind = _kind(command, error)
        epoch, batch = self._trainer.position if self._trainer is not None else (0, 0)
        if isinstance(error, AibroError):
            reason = error.message
        elif kind is ReasonKind.DISK_FULL:
            reason = DiskFull("what the training saves").message
        else:
            reason = reason_of(name, message)
        raised, saved = None, False
        if self._trainer is not None and kind is ReasonKind.TRAINING_ERROR:
            assert isinstance(command, Train)
            with contextlib.suppress(Exception):  # It may be of any kind, and hold anything.
                raised = self._trainer.dump_error(error)
            with contextlib.suppress(Exception):  # Without room on the disk, it stays as it was.
                saved = decode_plan(command.plan).returns_when_failed and (
                    self._trainer.save_failed(Path(command.result))
                )
        return Failed(
            kind=kind,
            reason=reason,
            traceback=_format(error),
            failure=Failure(
                exception=name,
                message=message,
                place=f"{deepest.name} in {Path(deepest.filename).name}" if deepest else "",
                epoch=epoch,
                batch=batch,
            ),
            error=raised,
            saved=saved,
        )


def _print_to(log: str) -> None:
    """Redirect everything this process prints to a file, including what native code prints."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number, name in ((1, "stdout"), (2, "stderr")):
        with contextlib.suppress(OSError, ValueError):
            getattr(sys, name).flush()
        os.dup2(descriptor, number)
        # Make a new stream, because the job before may have closed the old one. The encoding is
        # fixed so that printing text cannot fail a training, whatever the locale.
        stream = open(  # noqa: SIM115 - it stays open for as long as the process prints
            number, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        setattr(sys, name, stream)
    os.close(descriptor)


def _kind(command: Command, error: BaseException) -> ReasonKind:
    if disk_is_full(error):
        return ReasonKind.DISK_FULL
    if isinstance(command, GearUp):
        return ReasonKind.ENVIRONMENT
    if isinstance(error, BadInput):
        return ReasonKind.BAD_INPUT
    if isinstance(command, Train) and not isinstance(error, NotAsSent):
        return ReasonKind.TRAINING_ERROR
    return ReasonKind.INTERNAL


def _text_of(error: BaseException) -> str:
    """The error's message, shortened; an exception of the user's may even fail to give one."""
    try:
        return sendable(str(error)[:MAX_MESSAGE])
    except Exception as failure:  # noqa: BLE001 - the user's own ``__str__`` may raise anything
        return f"(its text cannot be read: {type(failure).__name__})"


def _format(error: BaseException) -> str:
    try:
        summary = traceback.TracebackException.from_exception(error)
        if not _is_own(summary.stack[-1:]):
            _drop_own(summary)
        lines = [*summary.format()]
    except Exception:  # noqa: BLE001 - the user's own ``__str__`` may raise anything
        lines = traceback.format_tb(error.__traceback__)
    return sendable("".join(lines)[-MAX_TRACEBACK:])


def _drop_own(summary: traceback.TracebackException | None) -> None:
    """Leave out AIbro's frames, here and in the exceptions that this one came from."""
    while summary is not None:
        others = [frame for frame in summary.stack if not _is_own([frame])]
        summary.stack = traceback.StackSummary.from_list(others)
        summary = summary.__cause__ or summary.__context__


def _is_own(frames: Sequence[traceback.FrameSummary]) -> bool:
    """Whether one of the frames runs AIbro's code."""
    return any(frame.filename.startswith(_OWN) for frame in frames)


def reason_of(name: str, message: str) -> str:
    r"""One line that says what went wrong.

    Args:
        name: the name of the exception's class.
        message: its message, perhaps of several lines and with a terminal's colours.

    >>> reason_of("ValueError", "\n  x must be positive\n  but is -1")
    'ValueError: x must be positive'
    """
    lines = [line.strip() for line in _COLOURS.sub("", message).splitlines() if line.strip()]
    # Keras says on the first line where it happened, and only then what happened.
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]
    return f"{name}: {lines[0]}"[:MAX_REASON] if lines else name
