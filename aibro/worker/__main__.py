"""Entry point of an instance's process: ``python -m aibro.worker <listener fd> <key file>``."""

from __future__ import annotations

import faulthandler
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from aibro.trainings import training_kind
from aibro.trainings.base import Trainer
from aibro.worker.server import CommandServer, end
from aibro.worker.session import Session


def main(make_trainer: Callable[[str], Trainer]) -> None:
    """Serve one instance until its runner closes it or is gone.

    Args:
        make_trainer: makes the `Trainer` for a kind of training, given the kind's name.
    """
    # If native code crashes, the Python traceback is written to the log.
    faulthandler.enable()
    descriptor, key_file = int(sys.argv[1]), Path(sys.argv[2])
    server = CommandServer(socket.socket(fileno=descriptor), key_file.read_bytes())
    server.start()
    session = Session(server.send, make_trainer, key_file.parent)
    while True:
        command = server.next_command()
        if session.is_spoiled():
            end()  # Another job was sent before anybody heard of it.
        session.handle(command)
        if session.is_spoiled():
            server.retire()


if __name__ == "__main__":
    main(lambda kind: training_kind(kind).trainer())
