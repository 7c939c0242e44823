"""Asking the clusters of machines what they have, without keeping the event loop waiting."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from pathlib import Path

from aibro.machines.clusters import Clusters
from aibro.machines.listing import described_clusters


class ClusterQueries:
    """Asks clusters and waits for their answers, beside the event loop.

    Args:
        executor: where machines.toml is read.
    """

    def __init__(self, executor: Executor) -> None:
        self.clusters = Clusters()
        self._executor = executor

    async def ask(self, home: Path, wait_s: float) -> None:
        """Ask all clusters.

        Args:
            home: the state folder.
            wait_s: how long to wait for their answers; without any, they come later.
        """
        loop = asyncio.get_running_loop()
        clusters = await loop.run_in_executor(self._executor, described_clusters, home)
        asked = self.clusters.ask(clusters)
        if asked and wait_s:
            # The futures go on when this wait ends: others may wait for the same answers.
            await asyncio.wait([asyncio.wrap_future(each) for each in asked], timeout=wait_s)

    async def stop(self) -> None:
        """Give up what is being asked."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self.clusters.close)
