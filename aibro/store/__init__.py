"""The store: one SQLite file in which kernel, runner and server meet.

`Store` opens it. Everybody may use `jobs`, `instances` and `history`, which read, and write what
people ask for. Only a job's runner, or the reaper in place of one that died, may use `admission`
and `lifecycle`, which move a job and its instance from status to status.
"""

from __future__ import annotations

from aibro.store.facade import Store
from aibro.store.jobs import Submission

__all__ = ["Store", "Submission"]
