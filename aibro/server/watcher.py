"""Watching the store, to tell the browser when something has changed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from aibro.server.reaper import Reaper
from aibro.server.store_access import StoreAccess

CHECK_S = 0.05
"""How often the store is checked for changes."""
MAX_PAUSE_S = 0.5
"""The longest pause between two hints while very much changes."""
MAX_BACKOFF_S = 2.0
"""How often the store is checked, at the least, while it cannot be read."""
REAP_S = 2.0
"""How often the jobs of dead runners are ended."""


class Watcher:
    """A task that checks the store every 50 ms and emits the number of the last change.

    After many changes at once it pauses, half a second at most, so that jobs that change all the
    time do not keep server and browser busy.

    An error is logged once, then it tries again less and less often; the task never dies of one.

    Args:
        access: its own, because a connection does not notice what it wrote itself.
        reaper: started every two seconds.
        emit: called on the event loop with the new ``seq``, at most once for each check.
        log: told of failure and recovery.
    """

    def __init__(
        self,
        access: StoreAccess,
        reaper: Reaper,
        emit: Callable[[int], None],
        log: logging.Logger,
    ) -> None:
        self._access = access
        self._reaper = reaper
        self._emit = emit
        self._log = log
        self._task: asyncio.Task[None] | None = None
        self._version: tuple[int, int] | None = None
        self._seq: int | None = None
        self._quiet_until = float("-inf")
        self._reaped_at = float("-inf")

    def start(self) -> None:
        """Begin to watch; needs the running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._watch(), name="aibro-watcher")

    async def stop(self) -> None:
        """End the task and close its connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._access.close()

    async def _watch(self) -> None:
        delay = CHECK_S
        while True:
            try:
                await self._check()
            except Exception as error:  # noqa: BLE001 - the panel must not go blind for ever
                if delay == CHECK_S:
                    self._log.warning("AIbro cannot watch its store: %s", error, exc_info=True)
                delay = min(delay * 2, MAX_BACKOFF_S)
            else:
                if delay != CHECK_S:
                    self._log.info("AIbro watches its store again.")
                delay = CHECK_S
            await asyncio.sleep(delay)

    async def _check(self) -> None:
        store = await self._access.open()
        # Versions of different stores cannot be compared, so the store is part of the version.
        version = (id(store), store.data_version())
        now = time.monotonic()
        if version != self._version and now >= self._quiet_until:
            seq = store.history.seq()
            if seq != self._seq:
                self._emit(seq)
                changes = abs(seq - (self._seq or 0))
                self._quiet_until = now + min(MAX_PAUSE_S, changes * CHECK_S)
            self._version, self._seq = version, seq
        if now - self._reaped_at >= REAP_S:
            self._reaped_at = now
            self._reaper.begin(store)
