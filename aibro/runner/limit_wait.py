"""Waits while a limit is reached: on active jobs, all instances, or instances of one machine."""

from __future__ import annotations

import time

from aibro.models import ReasonKind, Wait
from aibro.runner.watch import Stop, Watch
from aibro.store import Store, Submission
from aibro.upkeep.reaper import reap

REAP_S = 2.0
"""How often a waiting job ends the jobs of dead runners, which would otherwise block the queue."""

PAUSE_PER_JOB_AHEAD_S = 0.05
MAX_PAUSE_S = 1.0
"""A waiting job ignores changes of the store for a while; the more jobs are ahead, the longer.

Otherwise every change would wake every job in a long queue, which would keep the machine busy.
"""


class LimitWait:
    """Makes one job wait at limits, no longer than its user allows.

    Args:
        store: the store.
        job_id: the job that waits.
        submission: says how long to wait in total, for all limits, and how often to check.
        watch: notices cancel requests during the wait.
    """

    def __init__(self, store: Store, job_id: str, submission: Submission, watch: Watch) -> None:
        self._store = store
        self._job_id = job_id
        self._watch = watch
        self._most_s = submission.wait_new_job_create_s
        self._interval_s = min(REAP_S, max(submission.wait_new_job_create_interval, 0.05))
        began = time.monotonic()
        # Zero or a negative number means no time limit.
        self._deadline = began + self._most_s if self._most_s > 0 else float("inf")
        self._reaped = 0.0

    def wait(self, what: Wait, state: str, until: float = float("inf"), ahead: int = 0) -> None:
        """Wait until the store changes, at most two seconds; then check the limit again.

        Args:
            what: the setting whose limit is reached, and the machine that is requested.
            state: the same in words, such as ``a free slot: 5 of 5 jobs are active``.
            until: return by this time of the monotonic clock.
            ahead: how many jobs are ahead; the more, the less often this one wakes up.

        Raises:
            Stop: the job was canceled, or ``wait_new_job_create_s`` has run out.
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
            rest_s=min(PAUSE_PER_JOB_AHEAD_S * ahead, MAX_PAUSE_S),
        )
