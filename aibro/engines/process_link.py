"""A connection to an instance that is, or is reached through, a process on this machine."""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from pathlib import Path

from aibro.engines.base import Handle, InstanceLost, Link
from aibro.engines.child import KEY_FILE, Child, connect_child, how_it_ended
from aibro.engines.processes import clear_instance, find_process, started_at, wait_for_end
from aibro.worker.protocol import Channel, Close, Event, GearUp, HandOver, Message, SetUp


class ProcessLink(Link):
    """What every engine's link does with its process.

    Args:
        folder: the instance's own.
        handle: the process's ``pid``, when it ``started``, and its ``port``.
        channel: the connection.
        process: when it is this process's child.
    """

    close_s = 0.7
    """A process that does not end by itself within this time is killed."""
    what = "the instance's process"

    def __init__(
        self,
        folder: Path,
        handle: Handle,
        channel: Channel,
        process: subprocess.Popen[bytes] | None,
    ) -> None:
        self._folder = folder
        self._handle = handle
        self._process = process
        self._channel = channel
        self._events: queue.SimpleQueue[Event | Exception] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="events", daemon=True).start()

    @classmethod
    def of_child(cls, folder: Path, child: Child) -> ProcessLink:
        """The link to a process that was just started."""
        pid = child.process.pid
        handle: Handle = {"pid": pid, "started": started_at(pid), "port": child.port}
        return cls(folder, handle, child.channel, child.process)

    @classmethod
    def joined(cls, folder: Path, handle: Handle) -> ProcessLink:
        """The link to a process that another runner started.

        Raises:
            InstanceLost: it does not answer.
        """
        try:
            channel = connect_child(int(handle["port"]), (folder / KEY_FILE).read_bytes())
        except (OSError, KeyError) as error:
            raise InstanceLost(f"the cooling instance does not answer ({error})") from error
        return cls(folder, handle, channel, None)

    @property
    def handle(self) -> Handle:
        """See `Link.handle`."""
        return self._handle

    def receive(self, timeout: float) -> Event | None:
        """See `Link.receive`."""
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(event, Exception):
            self._events.put(event)  # It stays lost.
            raise self._lost() if isinstance(event, EOFError) else event
        return event

    def set_up(self, command: SetUp) -> None:
        """See `Link.set_up`."""
        self._tell(command)

    def gear_up(self, command: GearUp) -> None:
        """See `Link.gear_up`."""
        self._tell(command)

    def hand_over(self) -> None:
        """See `Link.hand_over`."""
        try:
            self._channel.send(HandOver())
        except OSError:
            return  # It is lost; whoever claimed it will notice.
        # The process closes its end once it has read the message; closing ours first could lose it.
        deadline = time.monotonic() + self.close_s
        while time.monotonic() < deadline:
            try:
                if isinstance(self._events.get(timeout=self.close_s), EOFError):
                    return
            except queue.Empty:
                return

    def release(self) -> None:
        """See `Link.release`."""
        try:
            self._channel.send(Close())
            self._wait(self.close_s)
        except OSError:
            pass  # It is gone already, or will be killed.
        self._channel.close()
        clear_instance(self._folder, self._handle)
        self._wait(self.close_s)

    def _tell(self, command: Message) -> None:
        try:
            self._channel.send(command)
        except OSError as error:
            raise self._lost() from error

    def _listen(self) -> None:
        try:
            while True:
                self._hear()
        except EOFError as error:
            self._gone(error)

    def _gone(self, error: Exception) -> None:
        """Nothing comes any more; ``error`` is what `receive` raises from now on."""
        self._events.put(error)

    def _hear(self) -> None:
        """Take in one message."""
        self._events.put(self._channel.receive_event())

    def _lost(self) -> InstanceLost:
        self._wait(self.close_s)
        return InstanceLost(how_it_ended(self._process, self.what))

    def _wait(self, timeout: float) -> None:
        if self._process is not None:
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                return
        elif worker := find_process(self._handle):
            wait_for_end(worker, timeout)
