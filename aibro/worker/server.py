"""The worker's connection to its runner: receives commands and sends events.

A thread listens while the main thread works. So the worker notices at any time that its runner is
gone or wants it to end, even in the middle of a training. A worker never outlives its runner: no
process is left behind, whichever process was killed.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from aibro.trainings.events import TrainingEvent
from aibro.worker.protocol import (
    KEY_BYTES,
    Channel,
    Close,
    Command,
    Connected,
    HandOver,
    Message,
)

HAND_OVER_S = 30.0
"""How long a worker waits for a runner to connect before it ends."""
CLEAN_S = 30.0
"""How long a worker may take to clean up after a job before it ends."""


def greet() -> Message | None:
    """The first message on a new connection."""
    return Connected(pid=os.getpid())


class CommandServer:
    """Receives commands and sends events over the current connection; there is one at a time.

    Args:
        listener: a listening socket, made by the engine so that its port is known beforehand.
        key: every connection has to begin with it.
        kinds: the types of the commands; must include `HandOver` and `Close`.
        greeting: makes the first message for a new connection; ``None`` sends nothing.
        on_end: ends the process; called on `Close`, and when there is no runner any more.
        clean_s: seconds for what is still to be done when the worker is handed over. It ends when
            they are over: no runner looks after it any more.
    """

    def __init__(
        self,
        listener: socket.socket,
        key: bytes,
        *,
        kinds: Any = Command,
        greeting: Callable[[], Message | None] = greet,
        on_end: Callable[[], NoReturn] | None = None,
        clean_s: float = CLEAN_S,
    ) -> None:
        self._listener = listener
        self._key = key
        self._kinds = kinds
        self._greeting = greeting
        self._end = on_end or end
        self._clean_s = clean_s
        self._is_retired = False
        self._handed_over = threading.Event()
        self._commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._channel: Channel | None = None
        self._thread = threading.Thread(target=self._listen, name="commands", daemon=True)

    def start(self) -> None:
        """Start to listen for connections, in a thread."""
        self._thread.start()

    def next_command(self) -> Any:
        """Wait for the next command; `HandOver` and `Close` are handled here and not returned."""
        while isinstance(command := self._commands.get(), HandOver):
            self._handed_over.set()
        return command

    def retire(self) -> None:
        """End this process, instead of waiting for another runner, when it is handed over."""
        self._is_retired = True

    def send(self, event: Message | TrainingEvent) -> None:
        """Send an event to the runner, if one is connected.

        Does not fail when the runner is gone: the listening thread notices that.
        """
        channel = self._channel
        if channel is None:
            return
        with contextlib.suppress(OSError):
            channel.send(event)

    def _listen(self) -> None:
        self._listener.settimeout(HAND_OVER_S)
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                self._end()
            channel = self._welcome(connection)
            if channel is None:
                continue
            self._channel = channel
            if (greeting := self._greeting()) is not None:
                self.send(greeting)
            try:
                while not isinstance(command := channel.receive(self._kinds), HandOver):
                    if isinstance(command, Close):
                        self._end()
                    self._commands.put(command)
            except EOFError:
                self._end()  # The runner is gone.
            # What the commands before it have to do is done first: it may show that this process
            # has to end.
            self._commands.put(command)
            cleaned = self._handed_over.wait(self._clean_s)
            self._handed_over.clear()
            if self._is_retired or not cleaned:
                self._end()
            self._channel = None
            channel.close()

    def _welcome(self, connection: socket.socket) -> Channel | None:
        connection.settimeout(HAND_OVER_S)
        channel = Channel(connection)
        try:
            if hmac.compare_digest(channel.receive_bytes(KEY_BYTES), self._key):
                connection.settimeout(None)
                return channel
        except EOFError:
            pass
        channel.close()
        return None


def end() -> NoReturn:
    """End this process and its child processes at once, whatever the main thread is doing."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # A full disk must not keep it alive.
            stream.flush()
    if os.getpgrp() == os.getpid():
        # This process leads the group, so this also ends whatever the training started.
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
