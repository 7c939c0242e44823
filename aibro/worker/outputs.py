"""Sends what the user's code prints and displays to the cell, while it also goes to the log."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from aibro.trainings.events import Output
from aibro.trainings.log_only import is_log_only
from aibro.worker.displays import displaying
from aibro.worker.notices import noticing
from aibro.worker.protocol import Shown, sendable

GATHER_S = 0.05
"""What is printed within so many seconds is sent together."""
MAX_OUTPUT = 8 * 1024 * 1024
"""Bytes of one output. A larger one is told of in its place."""
MAX_WAITING = 1024 * 1024
"""Characters of text that may wait to be sent."""


class Outputs:
    """Gathers outputs and sends them in the order in which they came.

    Args:
        send: sends an event to the runner. It may be called from any thread.
    """

    def __init__(self, send: Callable[[Shown], None]) -> None:
        self._send = send
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._waiting: list[Output] = []
        self._characters = 0
        self._is_there = threading.Event()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def text(self, name: str, text: str) -> None:
        """Take in what was printed.

        Args:
            name: ``stdout`` or ``stderr``.
            text: what was printed there.
        """
        if os.getpid() != self._pid:
            return  # In a copy of this process, locks and connection are not its own.
        with self._lock:
            self._characters += len(text)
            is_much = self._characters > MAX_WAITING
            self._waiting.append(Output(kind="stream", name=name, text=text))
            self._wake()
        if is_much:
            self._flush()  # Whoever prints so much waits until it is sent.

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Take in what was displayed, logged or warned of.

        Args:
            kind: see `Output`.
            content: what that kind of output consists of.
        """
        if os.getpid() != self._pid:
            return
        data = sendable(json.dumps(content, default=str)).encode()
        if len(data) > MAX_OUTPUT:
            self.text("stderr", f"An output of {len(data) / 1e6:.0f} MB is not shown here.\n")
            return
        with self._lock:
            self._waiting.append(Output(kind=kind, content=data))
            self._wake()

    def end(self) -> None:
        """Send what is left."""
        self._ends.set()
        self._is_there.set()
        if self._thread is not None:
            self._thread.join()
        self._flush()

    def _wake(self) -> None:
        self._is_there.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="outputs", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._ends.is_set():
            self._is_there.wait()
            self._ends.wait(GATHER_S)
            self._is_there.clear()
            self._flush()

    def _flush(self) -> None:
        with self._sending:
            with self._lock:
                waiting, self._waiting, self._characters = self._waiting, [], 0
            for (kind, name), outputs in itertools.groupby(waiting, _stream):
                if kind == "stream":
                    text = sendable("".join(output.text for output in outputs))
                    for start in range(0, len(text), MAX_WAITING):
                        part = text[start : start + MAX_WAITING]
                        self._send(Shown(outputs=[Output(kind=kind, name=name, text=part)]))
                else:
                    for output in outputs:
                        self._send(Shown(outputs=[output]))


def _stream(output: Output) -> tuple[str, str]:
    return output.kind, output.name


class _Tee(io.TextIOBase):
    """A stream that also tells what is written to it."""

    def __init__(self, log: TextIO, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._log = log
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._log.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._log.errors

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._log.fileno()

    def flush(self) -> None:
        self._log.flush()

    def write(self, text: str) -> int:
        written = self._log.write(text)
        if not is_log_only():
            self._tell(text)
        return written


@contextlib.contextmanager
def showing(send: Callable[[Shown], None], folder: Path) -> Iterator[None]:
    """Inside the block, what Python code prints and displays is sent as well as logged.

    Args:
        send: sends an event to the runner.
        folder: where IPython may write.
    """
    outputs = Outputs(send)
    streams = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    for name, log in streams.items():
        setattr(sys, name, _Tee(log, functools.partial(outputs.text, name)))
    try:
        with displaying(outputs.add, folder), noticing(outputs.add):
            yield
    finally:
        for name, log in streams.items():
            setattr(sys, name, log)
        outputs.end()
