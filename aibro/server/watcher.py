"""Looking at the store: telling the browser that something changed, and ending what died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor

from aibro.server.store_access import StoreAccess
from aibro.store import Store
from aibro.upkeep.reaper import reap

LOOK_S = 0.05
MAX_PAUSE_S = 0.5
REAP_S = 2.0
MAX_BACKOFF_S = 2.0
_ANSWER_ANYWAY_S = 1.0


class Reaper:
    """Ends the jobs of dead runners, one look at a time, off the event loop.

    Args:
        executor: where it works; a look may wait for another process to finish its write.
        log: told of looks that failed.
    """

    def __init__(self, executor: Executor, log: logging.Logger) -> None:
        self._executor = executor
        self._log = log
        self._look: asyncio.Future[None] | None = None
        self._failing = False

    async def look(self, store: Store) -> None:
        """Wait for a look that begins now or is under way, but not for ever."""
        await asyncio.wait([self.begin(store)], timeout=_ANSWER_ANYWAY_S)

    def begin(self, store: Store) -> asyncio.Future[None]:
        """Begin to look, unless one is under way."""
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(self._reap(store))
        return self._look

    async def stop(self) -> None:
        """Wait for the look that is under way."""
        if self._look is not None:
            await self._look

    async def _reap(self, store: Store) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, reap, store)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
            if not self._failing:
                self._log.warning("AIbro cannot end jobs of dead runners: %s", error, exc_info=True)
            self._failing = True
        else:
            self._failing = False


class Watcher:
    """A task that looks at the store every 50 ms and emits the number of the last change.

    After many changes at once it waits longer, half a second at most: jobs that change all the
    time must not cost more than their changes are worth.

    An error is logged once, then it tries again less and less often; the task never dies of one.

    Args:
        access: its own, because a connection does not notice what it wrote itself.
        reaper: asked every two seconds.
        emit: called on the event loop with the new ``seq``, at most once a look.
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
        delay = LOOK_S
        while True:
            try:
                await self._look()
            except Exception as error:  # noqa: BLE001 - the panel must not go blind for ever
                if delay == LOOK_S:
                    self._log.warning("AIbro cannot watch its store: %s", error, exc_info=True)
                delay = min(delay * 2, MAX_BACKOFF_S)
            else:
                if delay != LOOK_S:
                    self._log.info("AIbro watches its store again.")
                delay = LOOK_S
            await asyncio.sleep(delay)

    async def _look(self) -> None:
        store = await self._access.open()
        # Versions of two stores cannot be compared, so the store is part of it.
        version = (id(store), store.data_version())
        now = time.monotonic()
        if version != self._version and now >= self._quiet_until:
            seq = store.history.seq()
            if seq != self._seq:
                self._emit(seq)
                changes = abs(seq - (self._seq or 0))
                self._quiet_until = now + min(MAX_PAUSE_S, changes * LOOK_S)
            self._version, self._seq = version, seq
        if now - self._reaped_at >= REAP_S:
            self._reaped_at = now
            self._reaper.begin(store)
