"""Removing what nobody needs any more: half-written files of dead processes, old payloads."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import msgspec

from aibro.errors import JobNotFound
from aibro.home import read_settings
from aibro.payloads.atomic import remove_stale_temps
from aibro.store import Store
from aibro.trainings.plan import decode_plan

_OF_RESULTS = (".graph", ".buffer", ".pkl")
"""The endings of payloads that a job's result is loaded with."""


def tidy(store: Store, job_id: str) -> None:
    """Tidy up after a job of which nothing runs any more.

    Removes what its worker had half written, payloads that were dismissed, and the oldest payloads
    when all together are above the limit. What cannot be removed stays, without an error.

    Args:
        store: the store.
        job_id: an ended job.
    """
    try:
        plan = store.jobs.plan(job_id)
    except JobNotFound:
        # The job was deleted while its instance cooled.
        shutil.rmtree(store.job_folder(job_id), ignore_errors=True)
        plan = None
    # What another version of AIbro has planned cannot be read, and does not keep a job from ending.
    with contextlib.suppress(OSError, msgspec.ValidationError):
        remove_stale_temps(store.home)
        if plan is not None:
            trained = decode_plan(plan)
            for folder in (trained.checkpoint_folder, trained.state_folder):
                if folder is not None:
                    remove_stale_temps(Path(folder))
            if trained.state_folder is None:
                # Its runner died: no other attempt will need the private checkpoints and states.
                shutil.rmtree(store.state_folder(job_id), ignore_errors=True)
        _tidy_payloads(store)


def needed_payloads(store: Store) -> set[str]:
    """Payloads that recorded and active jobs need, and those that results are loaded with.

    Call it while nobody stores payloads: new ones count as needed only once a job names them.
    """
    # Imported late so that runners start sooner.
    from aibro.payloads.store import names_in

    needed = {name for plan in store.jobs.plans(needed=True) for name in names_in(plan)}
    # A result says what changed in the model that was sent, so it cannot be loaded without that.
    kept = {name for plan in store.jobs.plans() for name in names_in(plan)}
    return needed | {name for name in kept if name.endswith(_OF_RESULTS)}


def _tidy_payloads(store: Store) -> None:
    from aibro.payloads.store import PayloadStore

    payloads = PayloadStore(store.payload_folder)
    with payloads.alone() as alone:
        if alone:
            most = read_settings(store.home).max_payload_bytes
            payloads.collect(lambda: needed_payloads(store), most)
        else:
            # Somebody is storing payloads; the rest is removed the next time.
            remove_stale_temps(payloads.folder)
