"""Marks what is printed for a training's log and not for the cell that waits for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_LOG_ONLY = ContextVar("log_only", default=False)


@contextlib.contextmanager
def log_only() -> Iterator[None]:
    """Inside the block, what this thread prints goes to the log only."""
    token = _LOG_ONLY.set(True)
    try:
        yield
    finally:
        _LOG_ONLY.reset(token)


def is_log_only() -> bool:
    """Whether what this thread prints is for the log only."""
    return _LOG_ONLY.get()
