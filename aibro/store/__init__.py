"""The store: one SQLite file in which kernel, runner and server meet.

`Store` opens it; `jobs`, `instances` and `history` read and take requests. `admission` and
`lifecycle` make the moves of a job and its instance and belong to the runner (and to the reaper of
dead runners).
"""

from __future__ import annotations

from aibro.store.facade import Store
from aibro.store.jobs import Submission

__all__ = ["Store", "Submission"]
