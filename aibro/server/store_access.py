"""The store as the server sees it: opened when needed, and no reason not to start."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor

from aibro.errors import StoreError
from aibro.home import home_folder
from aibro.store import Store


class StoreAccess:
    """One opened store, tried again after a failure and opened anew when its file was replaced.

    Args:
        executor: opening may wait for another process, and does so there.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._opening = threading.Lock()
        self._store: Store | None = None

    async def open(self) -> Store:
        """The store.

        Raises:
            StoreError: it cannot be used now; a later call tries again.
        """
        store = self._current()
        if store is not None:
            return store
        self.close()
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._open)

    def close(self) -> None:
        """Let go of the store and close this thread's connection; others go with their thread."""
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _open(self) -> Store:
        with self._opening:
            if self._store is None:
                self._store = _opened()
            return self._store

    def _current(self) -> Store | None:
        # A state folder deleted while the server runs would else be answered from the old file.
        store = self._store
        return None if store is None or store.is_gone() else store


def _opened() -> Store:
    try:
        return Store()
    except StoreError:
        raise
    except OSError as error:
        # The folder cannot even be made: a file has its name, its disk is full or gone.
        raise StoreError(
            f"The state folder {home_folder()} cannot be used: {error.strerror}. "
            "Set AIBRO_HOME to another folder."
        ) from error
