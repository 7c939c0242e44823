"""One TensorBoard that lives as long as the server that started it.

Run as ``python -m aibro.server.tensorboard_process <folder of logs>``: prints its port, then serves
until its standard input ends, which it does with the server, however that ends.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from urllib.parse import urlsplit


def main() -> None:
    """Serve the folder on the loopback interface until standard input ends."""
    # TensorBoard imports all of TensorFlow where it is installed, unless a module of this name
    # exists; for files on this machine it does not need it.
    sys.modules["tensorboard.compat.notf"] = ModuleType("tensorboard.compat.notf")
    from tensorboard import default
    from tensorboard.program import TensorBoard

    board = TensorBoard(default.get_plugins())
    board.configure(
        argv=["tensorboard", "--logdir", sys.argv[1], "--host", "127.0.0.1", "--port", "0"]
    )
    print(urlsplit(board.launch()).port, flush=True)
    sys.stdin.buffer.read()
    # Its server runs in a thread that would keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
