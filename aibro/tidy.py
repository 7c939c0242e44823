"""Clearing away what nobody needs any more: half-written files of dead processes, old payloads."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.errors import JobNotFound
from aibro.home import read_settings
from aibro.payloads.atomic import remove_stale_temps
from aibro.store import Store
from aibro.worker.plan import TrainingPlan, payload_names


def tidy(store: Store, job_id: str) -> None:
    """Tidy up after a job: what its worker had half written, and payloads beyond the limit.

    Called when nothing of the job runs any more. What cannot be removed stays: it is no error.

    Args:
        store: the store.
        job_id: an ended job.
    """
    try:
        plan = store.jobs.plan(job_id)
    except JobNotFound:
        # It was deleted while its instance cooled.
        shutil.rmtree(store.job_folder(job_id), ignore_errors=True)
        plan = None
    with contextlib.suppress(OSError):
        for trained in _plans(plan):
            if trained.checkpoint_folder is not None:
                remove_stale_temps(Path(trained.checkpoint_folder))
        _tidy_payloads(store)


def _tidy_payloads(store: Store) -> None:
    # Imported late: a runner starts sooner without it.
    from aibro.payloads.store import PayloadStore

    payloads = PayloadStore(store.payload_folder)
    most = read_settings(store.home).max_payload_bytes
    size = sum(path.stat().st_size for path in payloads.folder.iterdir())
    keep: set[str] = set()
    if size > most:
        for plan in _plans(*store.jobs.plans(needed=True)):
            keep.update(payload_names(plan))
        # A result cannot be loaded without the code of its model.
        keep.update(plan.model.code for plan in _plans(*store.jobs.plans()) if plan.model.code)
    payloads.collect(keep, most)


def _plans(*texts: str | None) -> Iterator[TrainingPlan]:
    for text in texts:
        if text is not None:
            yield msgspec.json.decode(text, type=TrainingPlan)
