"""Runs TensorBoards, each in its own process; browsers reach them via jupyter-server-proxy."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from aibro.errors import Conflict, MissingExtra

MAX_RUNNING = 3
"""The most TensorBoards at a time. To start another one, the least recently opened one ends."""
START_S = 60.0
"""How long a TensorBoard may take to start before it is killed."""
END_S = 2.0
"""How long a TensorBoard may take to end before it is killed."""


@dataclass(frozen=True)
class _Board:
    process: subprocess.Popen[str]
    port: int


class TensorBoards:
    """Starts a TensorBoard for a folder of logs, or finds one that is already running.

    Args:
        proxied: whether the server has jupyter-server-proxy, which a browser needs to reach it.
    """

    def __init__(self, *, proxied: bool) -> None:
        self._proxied = proxied
        self._boards: dict[Path, _Board] = {}
        self._lock = threading.Lock()

    def open(self, folder: Path) -> str:
        """Get a TensorBoard that shows ``folder``; takes a few seconds if it has to be started.

        Returns:
            Its path under the server's base URL, such as ``proxy/6006/``.

        Raises:
            MissingExtra: TensorBoard or jupyter-server-proxy is not installed.
            Conflict: TensorBoard did not start; the error says where to find its messages.
        """
        self._check_installed()
        with self._lock:
            board = self._boards.pop(folder, None)
            if board is None or board.process.poll() is not None:
                while len(self._boards) >= MAX_RUNNING:
                    _end(self._boards.pop(next(iter(self._boards))))
                board = _start(folder)
            self._boards[folder] = board  # Put last: the order says which to end first.
            return f"proxy/{board.port}/"

    def close(self) -> None:
        """End all TensorBoards."""
        with self._lock:
            for board in self._boards.values():
                _end(board)
            self._boards.clear()

    def _check_installed(self) -> None:
        missing = [] if self._proxied else ["jupyter-server-proxy"]
        if importlib.util.find_spec("tensorboard") is None:
            missing.append("tensorboard")
        if missing:
            raise MissingExtra(
                f"TensorBoard cannot be opened: {' and '.join(missing)} is missing beside the "
                "Jupyter server. Run pip install 'jupyterlab-aibro[tensorboard]' there and start "
                "the server again."
            )


def _start(folder: Path) -> _Board:
    process = subprocess.Popen(
        [sys.executable, "-m", "aibro.server.tensorboard_process", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Messages go to the server's log; a pipe would have to be read all the time.
        stderr=None,
        text=True,
    )
    assert process.stdout is not None
    watchdog = threading.Timer(START_S, process.kill)
    watchdog.start()
    said = process.stdout.readline().strip()
    watchdog.cancel()
    if not said.isdigit():
        process.kill()
        process.communicate()
        raise Conflict(
            "TensorBoard did not start; the Jupyter server's log has what it said. "
            f"'tensorboard --logdir {folder}' may show it too."
        )
    return _Board(process, int(said))


def _end(board: _Board) -> None:
    try:
        board.process.communicate(timeout=END_S)  # Closes its standard input, which ends it.
    except subprocess.TimeoutExpired:
        board.process.kill()
        board.process.communicate()
