"""How a job ends that an error stopped: the kind of reason, and the words that people read."""

from __future__ import annotations

import logging

import msgspec

from aibro.engines.base import InstanceLost
from aibro.errors import AibroError, BadInput, DiskFull
from aibro.models import JobSubstatus, ReasonKind
from aibro.payloads.atomic import disk_is_full
from aibro.runner.watch import Stop
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.events import Failure

log = logging.getLogger("aibro.runner")


def ending_of(error: Exception, store: Store, job_id: str) -> Ending:
    """The ending of a job whose runner met this error.

    Args:
        error: whatever was raised while the job waited or ran.
        store: the store.
        job_id: the job.
    """
    if isinstance(error, Stop):
        return error.ending
    if isinstance(error, InstanceLost):
        return _instance_lost(str(error), store, job_id)
    if isinstance(error, DiskFull):
        return _canceled(ReasonKind.DISK_FULL, error.message)
    if disk_is_full(error):
        return _canceled(ReasonKind.DISK_FULL, DiskFull("the files of the job").message)
    if isinstance(error, BadInput):
        return _canceled(ReasonKind.BAD_INPUT, error.message)
    log.error("the job failed", exc_info=error)
    if isinstance(error, AibroError):
        return _canceled(ReasonKind.INTERNAL, error.message)
    return _canceled(
        ReasonKind.INTERNAL,
        f"AIbro's runner failed ({type(error).__name__}: {error}); "
        f"{store.job_folder(job_id) / 'runner.log'} has the details",
    )


def _instance_lost(how: str, store: Store, job_id: str) -> Ending:
    job = store.jobs.get(job_id)
    trains = job.substatus is JobSubstatus.TRAINING and job.epoch < job.epochs
    failure = Failure(
        exception=InstanceLost.__name__,
        message=how,
        place="",
        # The instance can no longer say which epoch it was in: the first that had not ended.
        epoch=job.epoch + 1 if trains else 0,
    )
    ending = _canceled(ReasonKind.INSTANCE_LOST, how)
    return msgspec.structs.replace(ending, failure=msgspec.json.encode(failure).decode())


def _canceled(kind: ReasonKind, reason: str) -> Ending:
    return Ending(substatus=JobSubstatus.CANCELED, kind=kind, reason=reason)
