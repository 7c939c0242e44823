"""Storing model and data can take long: how long it will, and what the user sees meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from aibro.display.format import format_about, format_size
from aibro.store import Store
from aibro.store.sending import Sizes

LARGE_BYTES = 100_000_000
LONG_S = 1.0
COMPARABLE = 4
"""Jobs with less than this part of the bytes (a fourth) are left out of an estimate: what takes
their time is not the bytes."""
TELL_EVERY_S = 0.5
SURE_S = 1.0
"""Seconds after which the pace so far is enough to say how many are left."""


def expected_seconds(store: Store, machine_id: str, data_bytes: int) -> float | None:
    """Seconds that storing and sending the arrays of a job takes, from what it took before.

    The model is left out: it is stored before there is a job, and what saving the first one costs
    a kernel has nothing to do with its size.

    Args:
        store: where the earlier jobs are.
        machine_id: where the job asks for an instance first.
        data_bytes: of all arrays together.

    Returns:
        The estimate, by the pace of earlier jobs on that machine that were large, or had at least
        about as much data as this one; ``None`` when there were none.
    """
    enough = min(data_bytes / COMPARABLE, LARGE_BYTES)
    paces = [
        sent.seconds / sent.data_bytes
        for sent in store.sending.sent(machine_id)
        if sent.data_bytes >= enough > 0
    ]
    return median(paces) * data_bytes if paces else None


def is_worth_a_word(size_bytes: int, expected_s: float | None) -> bool:
    """Whether storing takes so long that a person wants to know."""
    return size_bytes > LARGE_BYTES or (expected_s is not None and expected_s > LONG_S)


def storing_words(sizes: Sizes) -> str:
    """What is said before storing; nothing when it does not take long."""
    size = sizes.model_bytes + sizes.data_bytes
    if not is_worth_a_word(size, sizes.expected_s):
        return ""
    words = f"Storing {format_size(size)} of model and data"
    if sizes.expected_s is None:
        return words
    return f"{words}: about {format_about(sizes.expected_s)} by the pace of earlier jobs"


class Storing:
    """Says how large the model and data of a new job are, and how far storing them is.

    Args:
        store: the store.
        job_id: the job.
        machine_id: where it asks for an instance first.
        model_bytes: of the model, which is stored already.
        data_bytes: of all arrays.
        look: called when there is something new to see of the job.
    """

    def __init__(
        self,
        store: Store,
        job_id: str,
        *,
        machine_id: str,
        model_bytes: int,
        data_bytes: int,
        look: Callable[[str], None],
    ) -> None:
        size = model_bytes + data_bytes
        expected = expected_seconds(store, machine_id, data_bytes)
        self._is_said = is_worth_a_word(size, expected)
        sizes = Sizes(
            model_bytes=model_bytes,
            data_bytes=data_bytes,
            expected_s=expected if self._is_said else None,
        )
        self._store = store
        self._job_id = job_id
        self._size = size
        self._stored = model_bytes
        self._look = look
        self._began = self._told = time.monotonic()
        self._note = ""
        store.sending.announce(job_id, sizes)
        if self._is_said:
            self._say(storing_words(sizes))
        look(job_id)

    def stored(self, size: int) -> None:
        """So many bytes more are stored."""
        self._stored += size
        now = time.monotonic()
        if not self._is_said or now - self._told < TELL_EVERY_S:
            return
        self._told = now
        stored = min(self._stored, self._size)
        note = f"Storing model and data: {format_size(stored)} of {format_size(self._size)}"
        elapsed = now - self._began
        if elapsed > SURE_S and stored < self._size:
            note += f", about {format_about(elapsed * (self._size - stored) / stored)} left"
        self._say(note)
        self._look(self._job_id)

    def done(self) -> None:
        """Everything is stored: there is nothing more to say."""
        if self._note:
            self._say("")

    def _say(self, note: str) -> None:
        if self._store.sending.note(self._job_id, self._note, note):
            self._note = note
