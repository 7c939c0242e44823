"""The store as a notebook finds it."""

from __future__ import annotations

from aibro.store import Store
from aibro.upkeep.reaper import reap


def open_store() -> Store:
    """The store, with the jobs of dead runners ended."""
    store = Store()
    reap(store)
    return store
