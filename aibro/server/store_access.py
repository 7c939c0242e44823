"""The server's access to the store: opened when it is needed, so that the server always starts."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor

from aibro.errors import StoreError
from aibro.home import home_folder
from aibro.store import Store


class StoreAccess:
    """One opened store; opened again after a failure, or when its file was replaced.

    Args:
        executor: opens it, because that may have to wait for another process.
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
        """Drop the store and close this thread's connection; other threads close theirs."""
        store, self._store = self._store, None
        if store is not None:
            store.close()

    def _open(self) -> Store:
        with self._opening:
            if self._store is None:
                self._store = _opened()
            return self._store

    def _current(self) -> Store | None:
        # Otherwise, after the state folder was deleted, answers would come from the old file.
        store = self._store
        return None if store is None or store.is_gone() else store


def _opened() -> Store:
    try:
        return Store()
    except StoreError:
        raise
    except OSError as error:
        # The folder cannot be made: a file has its name, or its disk is full or gone.
        raise StoreError(
            f"The state folder {home_folder()} cannot be used: {error.strerror}. "
            "Set AIBRO_HOME to another folder."
        ) from error
