"""Where things lie on a node, and which of its processors an instance has."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aibro.locks import LivenessLock

FORGOTTEN_S = 7 * 24 * 3600.0
"""What a node kept is removed when nobody used it for so long."""


class NodeFolder:
    """AIbro's folder on a node.

    Args:
        node_id: what the cluster calls it; several nodes may share a disk.
        home_id: whose cache is used; what others cached is not touched.
    """

    def __init__(self, node_id: str, home_id: str) -> None:
        self._all = Path(tempfile.gettempdir()) / f"aibro-{os.getuid()}"
        self._node = self._all / node_id[:16]
        self.cache = self._node / "cache" / home_id
        self._make_private()

    def instance(self, instance_id: str) -> Path:
        """The folder of one instance; its name marks what runs there, and not its bridge."""
        return self._node / "instances" / f"{instance_id}-node"

    def take_cpus(self, count: int) -> tuple[list[int], list[LivenessLock]]:
        """Processors that no other instance of this user has on this node.

        Returns:
            Their numbers and the locks that keep them; empty where there are not as many left, as
            on a node that promises more than it has.
        """
        taken: dict[int, LivenessLock] = {}
        for number in sorted(os.sched_getaffinity(0)):
            lock = LivenessLock(self._all / "cpus" / f"{number}.lock")
            if lock.acquire():
                taken[number] = lock
            if len(taken) == count:
                return [*taken], [*taken.values()]
        for lock in taken.values():
            lock.release()
        return [], []

    def tidy(self) -> None:
        """Remove what was left by nodes that nobody used for long."""
        deadline = time.time() - FORGOTTEN_S
        for folder in self._others():
            with contextlib.suppress(OSError):
                if folder.stat().st_mtime < deadline:
                    shutil.rmtree(folder, ignore_errors=True)

    def _others(self) -> Iterator[Path]:
        for folder in self._all.iterdir():
            if folder.is_dir() and folder.name != "cpus" and folder != self._node:
                yield folder

    def _make_private(self) -> None:
        # Others on the node must neither read what is cached nor put something else there.
        self._all.mkdir(mode=0o700, exist_ok=True)
        status = self._all.stat()
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise PermissionError(
                f"{self._all} belongs to somebody else or can be read by others; remove it"
            )
        self._node.mkdir(mode=0o700, exist_ok=True)
        os.utime(self._node)
