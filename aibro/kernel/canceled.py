"""The error that a canceled job raises in a kernel."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from aibro.errors import JobCanceled
from aibro.models import Job
from aibro.store import Store
from aibro.trainings import training_kind
from aibro.trainings.plan import decode_plan

if TYPE_CHECKING:
    from aibro.object_graph.errors import CarriedError


def canceled(store: Store, job: Job, into: Any = None) -> JobCanceled:
    """The error that says why a job was canceled.

    When the training raised an exception, the error is also one of that kind, so that what catches
    the exceptions of ``fit`` catches this one.

    Args:
        store: the store.
        job: a canceled job, with its traceback.
        into: the training that was sent from this kernel, if it was.
    """
    plain = JobCanceled(job.job_id, job.reason or "", job.traceback)
    file = store.error_file(job.job_id)
    if job.foreign or not file.is_file():
        return plain
    # What the exception consists of may not be there in this kernel, or not fit together.
    with contextlib.suppress(Exception):
        plan = decode_plan(store.jobs.field(job.job_id, "plan"))
        return _of_kind(plain, training_kind(plan.kind).load_error(file.read_bytes(), into))
    return plain


def _of_kind(plain: JobCanceled, carried: CarriedError) -> JobCanceled:
    from aibro.object_graph.errors import give

    if issubclass(JobCanceled, carried.kind):
        plain.args = carried.arguments
        return plain
    if not issubclass(carried.kind, Exception):
        return plain

    class Raised(JobCanceled, carried.kind):  # type: ignore[misc,name-defined]
        """A `JobCanceled` that is also what the training raised."""

        def __init__(self) -> None:  # Those of the user's exceptions take anything.
            pass

    Raised.__name__ = Raised.__qualname__ = JobCanceled.__name__
    Raised.__module__ = JobCanceled.__module__
    error: JobCanceled = Raised()
    give(error, carried)
    for name, value in vars(plain).items():
        setattr(error, name, value)
    return error
