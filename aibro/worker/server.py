"""The worker's ear and voice: takes commands from one runner at a time, and ends with it.

A thread listens, the main thread works, so that the worker hears in the middle of anything that its
runner is gone, or that it shall end. Without a runner it never goes on: nothing is left behind,
whoever was killed.
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


def greet() -> Message | None:
    """The first answer over a connection."""
    return Connected(pid=os.getpid())


class CommandServer:
    """Receives commands and sends events over whichever connection is current.

    Args:
        listener: a listening socket, made by the engine so that its port is known beforehand.
        key: what a connection has to begin with.
        kinds: the commands, besides those to hand over and to end.
        greeting: what a new connection is told first.
        on_end: called when there is no runner any more; ends the process.
    """

    def __init__(
        self,
        listener: socket.socket,
        key: bytes,
        *,
        kinds: Any = Command,
        greeting: Callable[[], Message | None] = greet,
        on_end: Callable[[], NoReturn] | None = None,
    ) -> None:
        self._listener = listener
        self._key = key
        self._kinds = kinds
        self._greeting = greeting
        self._end = on_end or end
        self._commands: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._channel: Channel | None = None
        self._thread = threading.Thread(target=self._listen, name="commands", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def next_command(self) -> Any:
        """Wait for work: one of ``kinds``."""
        return self._commands.get()

    def send(self, event: Message | TrainingEvent) -> None:
        """Tell the runner; the listening thread deals with a runner that is gone."""
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
    """End this process and what it started, at once, whatever the main thread is in."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # A full disk must not keep the process.
            stream.flush()
    if os.getpgrp() == os.getpid():
        # The group is this process's own: whatever the training started ends with it.
        os.killpg(0, signal.SIGKILL)
    os._exit(0)
