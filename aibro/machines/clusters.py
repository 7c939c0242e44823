"""What clusters have now, asked by processes: at most one at a time for each address."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from importlib.util import find_spec
from types import TracebackType
from typing import NamedTuple

import msgspec

from aibro.engines.ray.fitting import Seen

REST_S = 5.0
"""From the end of one look to the next, which takes about two seconds of a processor: whoever asks
in between shares it."""
KEPT_S = 600.0
"""For so long it is better than none."""
LIMIT_S = 30.0
ANSWER_S = 15
"""How long people are let wait for answers. A direct address takes 2 seconds, Ray Client up to 10:
the head starts a process for whoever comes."""
_PROBE = "aibro.engines.ray.probe"


class _Answer(NamedTuple):
    seen: Seen
    at: float


class Clusters:
    """Looks at clusters; its processes end with it.

    Args:
        limit_s: seconds after which a process is ended that does not answer.
        rest_s: seconds between two looks at the same cluster.
    """

    def __init__(self, limit_s: float = LIMIT_S, rest_s: float = REST_S) -> None:
        self._limit_s = limit_s
        self._rest_s = rest_s
        self._lock = threading.Lock()
        self._answers: dict[str, _Answer] = {}
        self._asked: dict[str, Future[None]] = {}
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._closed = threading.Event()

    def known(self) -> dict[str, Seen]:
        """The latest answers that are not too old, by address."""
        oldest = time.monotonic() - KEPT_S
        with self._lock:
            return {
                address: answer.seen
                for address, answer in self._answers.items()
                if answer.at > oldest
            }

    def ask(self, addresses: Iterable[str]) -> list[Future[None]]:
        """Begin to look at them, unless somebody looks already.

        Returns:
            What ends when `known` has the answers.
        """
        with self._lock:
            for address in set(addresses):
                if self._closed.is_set() or address in self._asked:
                    continue
                answer = self._answers.get(address)
                rest_s = 0.0 if answer is None else answer.at + self._rest_s - time.monotonic()
                asked = self._asked[address] = Future()
                asked.set_running_or_notify_cancel()
                threading.Thread(
                    target=self._look,
                    args=(address, asked, max(rest_s, 0.0)),
                    name="aibro-probe",
                    daemon=True,
                ).start()
            return [self._asked[address] for address in set(addresses) if address in self._asked]

    def close(self) -> None:
        """End the processes that look."""
        with self._lock:
            self._closed.set()
            asked = list(self._asked.values())
            for process in self._processes:
                process.kill()
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

    def _look(self, address: str, asked: Future[None], rest_s: float) -> None:
        self._closed.wait(rest_s)
        try:
            seen = self._probe(address)
        except OSError as error:
            seen = Seen(problem=f"The cluster cannot be looked at: {error.strerror}.")
        with self._lock:
            self._answers[address] = _Answer(seen, time.monotonic())
            del self._asked[address]
        asked.set_result(None)

    def _probe(self, address: str) -> Seen:
        ray = find_spec("ray")
        if ray is None or ray.origin is None:
            return Seen(
                problem="What is free cannot be seen without Ray. Run "
                f'pip install "jupyterlab-aibro[ray]" in the environment of {sys.prefix}.'
            )
        with self._lock:
            if self._closed.is_set():
                return Seen()
            process = subprocess.Popen(
                [sys.executable, "-m", _PROBE, address],
                # Held open: the process ends with whoever has the other end.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # A notebook's folder may hold modules of any name.
                cwd="/",
                start_new_session=True,
            )
            self._processes.add(process)
        try:
            return self._answer_of(process, address)
        finally:
            with self._lock:
                self._processes.discard(process)

    def _answer_of(self, process: subprocess.Popen[bytes], address: str) -> Seen:
        assert process.stdin is not None
        stdin, process.stdin = process.stdin, None  # `communicate` would close it.
        with stdin:
            try:
                answer, said = process.communicate(timeout=self._limit_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return Seen(
                    problem=f"The Ray cluster at {address} did not say within {self._limit_s:g} s "
                    "what it has. It may be overloaded: see `ray status` on its head."
                )
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.json.decode(answer, type=Seen)
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        return Seen(problem=f"The Ray cluster at {address} cannot be looked at: {''.join(last)}")
