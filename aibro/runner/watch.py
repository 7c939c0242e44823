"""Watches the store for what ends a job early: a cancel request, or a kernel that died."""

from __future__ import annotations

import time

from aibro.errors import StoreError
from aibro.locks import owner_is_dead
from aibro.models import JobSubstatus, ReasonKind
from aibro.runner_process import SUBMIT_LOCK
from aibro.store import Store
from aibro.store.lifecycle import Ending

LOOK_S = 0.02
"""How often the store is checked; a check that finds no change costs microseconds."""

SUBMITTER_LOOK_S = 0.5
"""How often to check that the submitting kernel is alive, until model and data are stored."""


class Stop(Exception):
    """Raised to end the job.

    Args:
        ending: how the job ends.
    """

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending

    @classmethod
    def canceled(cls, kind: ReasonKind, reason: str) -> Stop:
        """An exception that ends the job as CANCELED, for this reason."""
        return cls(Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason))


class Watch:
    """Notices a cancel request, and a kernel that died before model and data were stored.

    Args:
        store: the store.
        job_id: the job.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        self._store = store
        self._job_id = job_id
        self._version: int | None = None
        self._cancel = False
        self._submitter_looked = 0.0
        self.submitted = False
        """Model and data are stored, as of the last check: the kernel is not needed any more."""

    def check(self) -> bool:
        """Check once; returns whether anything in the store has changed since the last check.

        Raises:
            Stop: the job must not go on.
        """
        version = self._store.data_version()
        changed = version != self._version
        if changed:
            self._version = version
            job = self._store.jobs.get(self._job_id)
            self._cancel, self.submitted = job.cancel_requested, not job.needs_kernel
        if self._cancel:
            kind = ReasonKind(self._store.jobs.field(self._job_id, "cancel_kind"))
            raise Stop.canceled(kind, self._store.jobs.field(self._job_id, "cancel_reason"))
        if not self.submitted:
            self._check_submitter()
        return changed

    def wait(self, seconds: float = LOOK_S, rest_s: float = 0.0) -> bool:
        """Wait until the store changes or ``seconds`` have passed.

        Args:
            seconds: how long to wait at most.
            rest_s: do not return earlier than this, even if the store has changed.

        Returns:
            Whether the store has changed.

        Raises:
            Stop: the job must not go on.
        """
        began = time.monotonic()
        changed = False
        while True:
            # Sleep first, so that a store that changes all the time does not make a busy loop.
            time.sleep(max(0.0, min(LOOK_S, began + seconds - time.monotonic())))
            changed |= self.check()
            waited_s = time.monotonic() - began
            if changed and waited_s >= min(rest_s, seconds):
                return True
            if waited_s >= seconds:
                return False

    def _check_submitter(self) -> None:
        now = time.monotonic()
        if now - self._submitter_looked < SUBMITTER_LOOK_S:
            return
        self._submitter_looked = now
        if not owner_is_dead(self._store.job_folder(self._job_id) / SUBMIT_LOCK):
            return
        # The kernel may have stored everything just before it released its lock.
        try:
            job = self._store.jobs.get(self._job_id)
        except StoreError:
            return
        if job.needs_kernel:
            raise Stop.canceled(
                ReasonKind.SUBMITTER_LOST,
                "the kernel ended before model and data were stored; run the cell again",
            )
        self.submitted = True
