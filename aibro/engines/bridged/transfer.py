"""Large things between home and node: payloads there, the result back.

They go piece by piece, several at a time: while one is written, the next ones travel.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aibro.engines.bridged.placement import AgentConnection, CallFailed
from aibro.errors import BadInput
from aibro.payloads.atomic import temp_beside

PIECE_BYTES = 16 << 20
AT_ONCE = 4
TAKE_S = 120.0
"""A piece that does not arrive within this time never will."""


def send(agent: AgentConnection, payloads: Path, names: list[str], url: str | None) -> None:
    """Bring payloads to a node.

    Args:
        agent: the connection to the node.
        payloads: the folder of payloads at home.
        names: those that the job needs.
        url: of a file system that both sides see; ``None`` sends them through the bridge.

    Raises:
        BadInput: the file system that both sides shall see cannot be used.
        OSError: one is gone.
        Exception: the node is gone, or has no room.
    """
    missing: list[str] = agent.call("missing", names, within_s=TAKE_S)
    if url is not None:
        try:
            _share(payloads, missing, url)
        except (ImportError, OSError, ValueError) as error:
            raise _unusable(url, "here", error) from error
        try:
            agent.call("pull", url, missing)
        except CallFailed as error:
            raise _unusable(url, "on the node", error.cause) from error
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for name in missing:
            pieces = pool.map(lambda piece: _send_piece(agent, *piece), _pieces(payloads, name))
            for _ in pieces:
                pass
            agent.call("seal", name, within_s=TAKE_S)


def fetch(agent: AgentConnection, destination: Path) -> None:
    """Bring a result home: ``destination`` is there whole or not at all.

    Raises:
        OSError: no space is left at home.
        Exception: the node is gone.
    """
    import shutil

    temp = temp_beside(destination)
    temp.mkdir()
    try:
        sizes: dict[str, int] = agent.call("results", within_s=TAKE_S)
        for name, size in sizes.items():
            with (temp / Path(name).name).open("wb") as file:
                for offset in range(0, size, PIECE_BYTES):
                    arguments = name, offset, PIECE_BYTES
                    file.write(agent.call("read_result", *arguments, within_s=TAKE_S))
        shutil.rmtree(destination, ignore_errors=True)
        temp.replace(destination)
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def _pieces(payloads: Path, name: str) -> Iterator[tuple[str, int, Any]]:
    import numpy as np

    with (payloads / name).open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            return
        # Let go with the last piece.
        whole = np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.uint8)
    for offset in range(0, size, PIECE_BYTES):
        yield name, offset, whole[offset : offset + PIECE_BYTES]


def _send_piece(agent: AgentConnection, name: str, offset: int, piece: Any) -> None:
    agent.call("write", name, offset, piece, within_s=TAKE_S)


def _unusable(url: str, where: str, error: BaseException) -> BadInput:
    return BadInput(
        f"transfer = {url!r} of the machine cannot be used {where}: {error}. Mend or remove it in "
        "machines.toml."
    )


def _share(payloads: Path, names: list[str], url: str) -> None:
    """Put payloads where the node can get them; those that are there already stay."""
    import fsspec

    files, root = fsspec.url_to_fs(url)
    files.makedirs(root, exist_ok=True)
    for name in names:
        target = f"{root.rstrip('/')}/{name}"
        if files.exists(target):
            continue
        temp = f"{target}.part"
        files.put_file(str(payloads / name), temp)
        files.mv(temp, target)
