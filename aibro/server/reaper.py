"""Ending the jobs of dead runners in the background of the server."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor

from aibro.store import Store
from aibro.upkeep.reaper import reap

_ANSWER_ANYWAY_S = 1.0
"""A request is answered after so long, also when the reaper has not finished."""


class Reaper:
    """Ends the jobs of dead runners, one pass at a time, off the event loop.

    Args:
        executor: where it works; a pass may wait for another process to finish its write.
        log: told when passes begin to fail.
    """

    def __init__(self, executor: Executor, log: logging.Logger) -> None:
        self._executor = executor
        self._log = log
        self._pass: asyncio.Future[None] | None = None
        self._failing = False

    async def reap(self, store: Store) -> None:
        """Begin a pass, or join the one that is under way, and wait for it, a second at most."""
        await asyncio.wait([self.begin(store)], timeout=_ANSWER_ANYWAY_S)

    def begin(self, store: Store) -> asyncio.Future[None]:
        """Begin a pass, unless one is under way."""
        if self._pass is None or self._pass.done():
            self._pass = asyncio.ensure_future(self._reap(store))
        return self._pass

    async def stop(self) -> None:
        """Wait for the pass that is under way."""
        if self._pass is not None:
            await self._pass

    async def _reap(self, store: Store) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, reap, store)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next pass may succeed
            if not self._failing:
                self._log.warning("AIbro cannot end jobs of dead runners: %s", error, exc_info=True)
            self._failing = True
        else:
            self._failing = False
