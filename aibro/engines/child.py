"""A process that ends with whoever started it: the two are connected before it runs."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from aibro.engines.processes import INSTANCE_VARIABLE
from aibro.worker.protocol import KEY_BYTES, Channel

KEY_FILE = "key"
LOG_FILE = "worker.log"
CONNECT_S = 10.0
_NOTEBOOKS_OWN = ("MPLBACKEND", "JPY_PARENT_PID", "PYDEVD_USE_FRAME_EVAL")
"""The notebook's plotting back end and tracing, which do not exist outside its kernel."""


class Child(NamedTuple):
    """A process that runs, and the connection to it."""

    process: subprocess.Popen[bytes]
    channel: Channel
    port: int
    """Where on the loopback interface others can connect, with the key."""


def start_child(
    command: Callable[[int, Path], list[str]],
    folder: Path,
    environment: Mapping[str, str],
) -> Child:
    """Start a process that serves commands; see `aibro.worker.server`.

    Args:
        command: from the listener's descriptor and the key's file, what to run.
        folder: the instance's own, named by its id; gets the key and what the process prints.
        environment: of the process.

    Raises:
        OSError: it cannot be started.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(KEY_BYTES)
    key_file = folder / KEY_FILE
    key_file.touch(mode=0o600)
    key_file.write_bytes(key)
    own = {name: value for name, value in environment.items() if name not in _NOTEBOOKS_OWN}
    own[INSTANCE_VARIABLE] = folder.name
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
        # Connected and known before the process starts: it never runs without a runner that it
        # can lose.
        channel = connect_child(port, key)
        try:
            with (folder / LOG_FILE).open("ab") as log:
                process = subprocess.Popen(
                    command(listener.fileno(), key_file),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[listener.fileno()],
                    start_new_session=True,
                    env=own,
                )
        except OSError:
            channel.close()
            raise
    return Child(process, channel, port)


def connect_child(port: int, key: bytes) -> Channel:
    """Connect to a process that serves on this machine.

    Raises:
        OSError: it does not.
    """
    connection = socket.create_connection(("127.0.0.1", port), CONNECT_S)
    connection.settimeout(None)
    channel = Channel(connection)
    channel.send_bytes(key)
    return channel


def how_it_ended(process: subprocess.Popen[bytes] | None, what: str) -> str:
    """How a process ended, in words.

    Args:
        process: it has ended, or is another's child (``None``).
        what: its name in a sentence.
    """
    code = process.poll() if process is not None else None
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        hint = "; the machine may have run out of memory" if -code == signal.SIGKILL else ""
        return f"{what} was ended by {name}{hint}"
    if code is not None:
        return f"{what} ended with exit status {code}"
    return f"{what} is gone"


def last_words(folder: Path) -> str:
    """The last line that an instance's process has printed; empty when there is none.

    Args:
        folder: the instance's own.
    """
    try:
        text = (folder / LOG_FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    lines = text.strip().splitlines()
    return lines[-1][:500] if lines else ""
