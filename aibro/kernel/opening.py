"""The store as a notebook finds it."""

from __future__ import annotations

from aibro.reaper import reap
from aibro.store import Store


def open_store() -> Store:
    """The store, with the jobs of dead runners ended."""
    store = Store()
    reap(store)
    return store
