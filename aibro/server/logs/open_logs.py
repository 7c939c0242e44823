"""The logs that somebody looks at."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from aibro.server.logs.lines import LineIndex

_KEPT = 32


class OpenLogs:
    """Keeps what is known of the logs that were looked at last."""

    def __init__(self) -> None:
        self._indexes: OrderedDict[Path, LineIndex] = OrderedDict()
        self._lock = Lock()

    def index(self, path: Path) -> LineIndex:
        """What is known of a log."""
        with self._lock:
            index = self._indexes.setdefault(path, LineIndex())
            self._indexes.move_to_end(path)
            while len(self._indexes) > _KEPT:
                self._indexes.popitem(last=False)
            return index
