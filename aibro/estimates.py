"""How long storing and sending data takes, from what it took before.

The model is left out: it is stored before there is a job, and what saving the first one costs a
kernel has nothing to do with its size.
"""

from __future__ import annotations

from statistics import median

from aibro.store import Store

LARGE_BYTES = 100_000_000
LONG_S = 1.0
COMPARABLE = 4
"""Small jobs with less than this part of the bytes say nothing: there it is not bytes that take
the time."""


def expected_seconds(store: Store, machine_id: str, data_bytes: int) -> float | None:
    """Seconds that storing and sending the arrays of a job takes.

    Args:
        store: where the earlier jobs are.
        machine_id: where the job asks for an instance first.
        data_bytes: of all arrays together.

    Returns:
        By the pace of earlier jobs on that machine that were large too, or had about as much or
        more; ``None`` when there was none.
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
