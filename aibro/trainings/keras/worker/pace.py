"""How often a training saves its progress, when the user did not ask for every epoch."""

from __future__ import annotations

import time

SHARE = 0.05
"""The share of the time that saving may take."""


class Pace:
    """Decides whether an epoch is saved, once for all callbacks that save a part of it.

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
        """Whether to save the epoch that has just ended.

        Args:
            epoch: Keras's number of the epoch, from 0.
        """
        if epoch != self._epoch:
            self._epoch = epoch
            self._began = time.monotonic()
            self._saves = self._always or self._began >= self._next
        return self._saves

    def saved(self) -> None:
        """Note that the epoch is saved. The longer that took, the later the next one is saved."""
        now = time.monotonic()
        self._next = now + (now - self._began) * (1 / SHARE - 1)
