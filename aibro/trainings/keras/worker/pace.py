"""How often a training saves what it could go on from, where nobody asked for every epoch."""

from __future__ import annotations

import time

SHARE = 0.05
"""The part of the time that saving may take."""


class Pace:
    """Whether this epoch is saved: decided once for all callbacks that save something of it.

    Args:
        always: save every epoch.
    """

    def __init__(self, *, always: bool) -> None:
        self._always = always
        self._epoch = -1
        self._saves = True
        self._began = 0.0
        self._next = float("-inf")

    def saves(self, epoch: int) -> bool:
        """Whether the epoch that has just ended is saved; Keras's number, from 0."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._began = time.monotonic()
            self._saves = self._always or self._began >= self._next
        return self._saves

    def saved(self) -> None:
        """All of the epoch is saved: the longer it took, the longer until the next one."""
        now = time.monotonic()
        self._next = now + (now - self._began) * (1 / SHARE - 1)
