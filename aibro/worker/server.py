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
from typing import NoReturn

from aibro.worker.protocol import KEY_BYTES, Channel, Close, Command, Connected, HandOver, Message

HAND_OVER_S = 30.0


class CommandServer:
    """Receives commands and sends events over whichever connection is current.

    Args:
        listener: a listening socket, made by the engine so that its port is known beforehand.
        key: what a connection has to begin with.
    """

    def __init__(self, listener: socket.socket, key: bytes) -> None:
        self._listener = listener
        self._key = key
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._channel: Channel | None = None
        self._thread = threading.Thread(target=self._listen, name="commands", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def next_command(self) -> Command:
        """Wait for work."""
        return self._commands.get()

    def send(self, event: Message) -> None:
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
                end()
            channel = self._welcome(connection)
            if channel is None:
                continue
            self._channel = channel
            self.send(Connected(pid=os.getpid()))
            try:
                while not isinstance(command := channel.receive_command(), HandOver):
                    if isinstance(command, Close):
                        end()
                    self._commands.put(command)
            except EOFError:
                end()  # The runner is gone.
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
