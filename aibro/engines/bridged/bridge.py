"""Entry of a bridge: ``python -m aibro.engines.bridged.bridge <engine> <listener fd> <key file>``.

A bridge is the one process that has the cluster's library in it: to its runner it is what a worker
on this machine is, and it drives the instance on the cluster. The library may end it, as Ray does
when the cluster's head is gone; the runner sees that as the loss of the instance.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import socket
import sys
import threading
from pathlib import Path
from typing import NoReturn

from aibro.engines import engine
from aibro.engines.base import Impossible, NoInstance, Preempted
from aibro.engines.bridged.engine import BridgedEngine
from aibro.engines.bridged.messages import (
    BridgeCommand,
    Fetch,
    Granted,
    Lost,
    Reached,
    Refused,
    Request,
    Send,
    Start,
    Waiting,
)
from aibro.engines.bridged.placement import Placement
from aibro.engines.bridged.remote import RemoteInstance
from aibro.worker.protocol import Connected, GearUp, Message, SetUp, Train
from aibro.worker.server import CommandServer, end

log = logging.getLogger("aibro.bridge")

LEAVE_S = 8.0
"""How long giving the instance back may take; the cluster and the agent see to the rest."""


class Bridge:
    """One instance of a cluster, for one runner after the other.

    Args:
        engine: what the instance is got with.
        listener: a listening socket.
        key: what a connection has to begin with.
    """

    def __init__(self, engine: BridgedEngine, listener: socket.socket, key: bytes) -> None:
        self._engine = engine
        self._server = CommandServer(
            listener, key, kinds=BridgeCommand, greeting=self._greet, on_end=self._end
        )
        self._placement: Placement | None = None
        self._instance: RemoteInstance | None = None

    def run(self) -> None:
        """Serve until the runner is gone or ends it."""
        self._server.start()
        while True:
            self._handle(self._server.next_command())

    def _handle(self, command: object) -> None:
        instance = self._instance
        if isinstance(command, Request):
            self._request(command)
        elif isinstance(command, Start):
            self._start()
        elif instance is None:
            log.warning("there is no instance for %s", type(command).__name__)
        elif isinstance(command, SetUp):
            instance.set_up(command)
        elif isinstance(command, GearUp):
            instance.tell(command)
        elif isinstance(command, Train):
            instance.train(command)
        elif isinstance(command, Send):
            instance.send(Path(command.payloads), command.names)
        elif isinstance(command, Fetch):
            instance.fetch(Path(command.destination))

    def _request(self, command: Request) -> None:
        placement = self._engine.placement(command.machine, command.order)
        self._placement = placement
        try:
            start, end_ = placement.wait(
                lambda state: self._server.send(Waiting(state=state)),
                lambda: self._server.send(Reached()),
                wait_for_capacity=command.wait_for_capacity,
                avoid=command.avoid,
            )
        except NoInstance as error:
            self._refuse(error)
        else:
            self._server.send(Granted(start=start, end=end_))

    def _start(self) -> None:
        assert self._placement is not None
        try:
            agent = self._placement.start()
            self._instance = RemoteInstance(
                agent, self._server.send, self._placement.machine.transfer
            )
        except NoInstance as error:
            self._refuse(error)
        except Preempted as error:
            self._server.send(Lost(reason=str(error), preempted=True, node=error.node))

    def _refuse(self, error: NoInstance) -> None:
        self._server.send(Refused(reason=str(error), impossible=isinstance(error, Impossible)))

    def _greet(self) -> Message | None:
        # A new instance says so itself; one that cools is known to be there.
        if self._instance is None:
            return None
        return self._instance.lost or Connected(pid=os.getpid())

    def _end(self) -> NoReturn:
        leaving = threading.Thread(target=self._leave, daemon=True)
        leaving.start()
        leaving.join(LEAVE_S)
        end()

    def _leave(self) -> None:
        if self._instance is not None:
            self._instance.close()
        if self._placement is not None:
            self._placement.remove()


def main() -> None:
    """Serve one instance."""
    faulthandler.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    name, descriptor, key_file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    bridged = engine(name)
    assert isinstance(bridged, BridgedEngine)
    Bridge(bridged, socket.socket(fileno=descriptor), key_file.read_bytes()).run()


if __name__ == "__main__":
    main()
