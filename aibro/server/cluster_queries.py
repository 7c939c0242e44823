"""Asks clusters for their machines and capacity without blocking the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from pathlib import Path

from aibro.machines.clusters import Clusters
from aibro.machines.listing import described_clusters


class ClusterQueries:
    """Queries clusters in threads, so that the event loop goes on.

    Args:
        executor: runs the reading of machines.toml.

    Attributes:
        clusters: holds the answers.
    """

    def __init__(self, executor: Executor) -> None:
        self.clusters = Clusters()
        self._executor = executor

    async def ask(self, home: Path, wait_s: float) -> None:
        """Query all clusters that machines.toml describes.

        Args:
            home: the state folder.
            wait_s: seconds to wait for their answers. With 0, do not wait. Later answers are
                stored in ``clusters`` as well.
        """
        loop = asyncio.get_running_loop()
        clusters = await loop.run_in_executor(self._executor, described_clusters, home)
        asked = self.clusters.ask(clusters)
        if asked and wait_s:
            # A timeout does not cancel the queries: others may wait for the same answers.
            await asyncio.wait([asyncio.wrap_future(each) for each in asked], timeout=wait_s)

    async def stop(self) -> None:
        """Give up the queries that are still running."""
        await asyncio.get_running_loop().run_in_executor(self._executor, self.clusters.close)
