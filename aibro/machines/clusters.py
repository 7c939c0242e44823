"""What clusters have now: each is looked at by one thread at a time, and answers are shared."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import NamedTuple

from aibro.engines import engine
from aibro.engines.base import Snapshot
from aibro.machine_spec import ClusterId

REST_S = 5.0
"""From the end of one look to the next, which takes about two seconds of a processor: whoever asks
in between shares it."""
KEPT_S = 600.0
"""For so long an answer is better than none."""
LIMIT_S = 30.0
ANSWER_S = 15
"""How long people are let wait for answers. A direct address takes 2 seconds, Ray Client up to 10:
the head starts a process for whoever comes."""


class _Answer(NamedTuple):
    snapshot: Snapshot
    at: float


class _Closed(Exception):
    """Nobody wants the answer any more."""


class Clusters:
    """Looks at clusters, in threads that end with it.

    Example:
        ``with Clusters() as clusters: wait(clusters.ask([machine.cluster])); clusters.known()``

    Args:
        limit_s: seconds after which a cluster that does not answer is given up.
        rest_s: seconds between two looks at the same cluster.
    """

    def __init__(self, limit_s: float = LIMIT_S, rest_s: float = REST_S) -> None:
        self._limit_s = limit_s
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._answers: dict[ClusterId, _Answer] = {}
        self._asked: dict[ClusterId, Future[None]] = {}
        self._closed = threading.Event()

    def known(self) -> dict[ClusterId, Snapshot]:
        """The latest answers that are not too old."""
        oldest = time.monotonic() - KEPT_S
        with self._lock:
            return {
                cluster: answer.snapshot
                for cluster, answer in self._answers.items()
                if answer.at > oldest
            }

    def ask(self, clusters: Iterable[ClusterId]) -> list[Future[None]]:
        """Begin to look at them, unless somebody looks already.

        Returns:
            Futures that are done when `known` has the answers.
        """
        with self._lock:
            for cluster in set(clusters):
                if self._closed.is_set() or cluster in self._asked:
                    continue
                answer = self._answers.get(cluster)
                rest_s = 0.0 if answer is None else answer.at + self._rest_s - time.monotonic()
                asked = self._asked[cluster] = Future()
                asked.set_running_or_notify_cancel()
                threading.Thread(
                    target=self._look,
                    args=(cluster, asked, max(rest_s, 0.0)),
                    name="aibro-probe",
                    daemon=True,
                ).start()
            return [self._asked[cluster] for cluster in set(clusters) if cluster in self._asked]

    def close(self) -> None:
        """Give up the looks that are under way."""
        with self._lock:
            self._closed.set()
            asked = list(self._asked.values())
        for each in asked:
            each.result()

    def __enter__(self) -> Clusters:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _look(self, cluster: ClusterId, asked: Future[None], rest_s: float) -> None:
        self._closed.wait(rest_s)
        try:
            snapshot = engine(cluster.engine).look(cluster.address, self._limit_s, self._stop)
        except _Closed:
            snapshot = Snapshot()
        except OSError as error:
            snapshot = Snapshot(problem=f"The cluster cannot be looked at: {error.strerror}.")
        with self._lock:
            self._answers[cluster] = _Answer(snapshot, time.monotonic())
            del self._asked[cluster]
        asked.set_result(None)

    def _stop(self) -> None:
        if self._closed.is_set():
            raise _Closed
