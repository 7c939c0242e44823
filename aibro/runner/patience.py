"""How long a job waits its turn, and what it says and does meanwhile."""

from __future__ import annotations

import time

from aibro.models import ReasonKind, Wait
from aibro.runner.watch import Stop, Watch
from aibro.store import Store, Submission
from aibro.upkeep.reaper import reap

REAP_S = 2.0
"""How often a waiting job looks for runners that died: those must not block the queue."""


REST_S = 0.05
"""A queue in which every job looks at every change would keep the machine busy by itself."""
MOST_REST_S = 1.0


class Patience:
    """Waiting while the limit of active jobs, or of instances, is reached.

    Args:
        store: the store.
        job_id: the job that waits.
        submission: says how long at most, both limits together, and how often to look.
        watch: what people ask of the job meanwhile.
    """

    def __init__(self, store: Store, job_id: str, submission: Submission, watch: Watch) -> None:
        self._store = store
        self._job_id = job_id
        self._watch = watch
        self._most_s = submission.wait_new_job_create_s
        self._interval_s = min(REAP_S, max(submission.wait_new_job_create_interval, 0.05))
        began = time.monotonic()
        # Not positive: for ever.
        self._deadline = began + self._most_s if self._most_s > 0 else float("inf")
        self._reaped = 0.0

    def wait(self, what: Wait, state: str, until: float = float("inf"), ahead: int = 0) -> None:
        """Wait until the store changes, a moment at most.

        Args:
            what: the setting that is in the way, and the machine that is asked for.
            state: the same in words, as in ``a free slot: 5 of 5 jobs are active``.
            until: wake up at this reading of the monotonic clock.
            ahead: jobs whose turn comes before; the more, the less often it has to be looked.

        Raises:
            Stop: canceled, or ``wait_new_job_create_s`` ran out.
        """
        now = time.monotonic()
        if now >= self._deadline:
            assert what.setting is not None
            raise Stop.canceled(
                ReasonKind.NO_SLOT,
                f"waited {self._most_s:g} s (wait_new_job_create_s) in vain for {state}. Wait "
                f"longer, cancel a job, or raise {what.setting} in "
                f"{self._store.home / what.setting.file}",
            )
        self._store.lifecycle.note(self._job_id, f"Waiting for {state}", what)
        if now - self._reaped > REAP_S:
            self._reaped = now
            reap(self._store)
        self._watch.wait(
            max(0.0, min(self._interval_s, self._deadline - now, until - now)),
            rest_s=min(REST_S * ahead, MOST_REST_S),
        )
