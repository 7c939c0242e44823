"""What happens when a worker does not get done with a job."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from aibro.worker.protocol import Channel, HandOver
from tests.jobs import PATIENCE_S

HANGS = """
import socket, sys, time
from aibro.worker.server import CommandServer
listener = socket.socket(fileno=int(sys.argv[1]))
CommandServer(listener, bytes.fromhex(sys.argv[2]), clean_s=0.01).start()
time.sleep(1000)  # The main thread never asks for the next command.
"""


def test_a_worker_that_is_handed_over_and_hangs_ends() -> None:
    key = os.urandom(32)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-c", HANGS, str(listener.fileno()), key.hex()]
        worker = subprocess.Popen(command, pass_fds=[listener.fileno()])
        channel = Channel(socket.create_connection(listener.getsockname()))
        channel.send_bytes(key)
        channel.send(HandOver())
        assert worker.wait(PATIENCE_S) == 0
        channel.close()
