"""What is kept of a recorded job, in words and numbers, without loading any of it."""

from __future__ import annotations

from collections.abc import Iterator

from aibro.errors import CannotReplay, JobNotRecorded
from aibro.models import RecordedPart, Recording
from aibro.payloads.data import describe, load_tree
from aibro.payloads.store import PayloadStore
from aibro.replay.differences import differences
from aibro.replay.interpreters import choose_interpreter
from aibro.replay.recorded import read_recorded
from aibro.replay.start_points import start_points
from aibro.store import Store
from aibro.trainings import training_kind
from aibro.trainings.base import Contents
from aibro.trainings.plan import TrainingPlan, payload_names


def recording(store: Store, job_id: str) -> Recording:
    """What is kept of a recorded job, and what a replay of it would be here and now.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or some of it is missing or damaged.
        JobNotEnded: it still runs.
    """
    recorded = read_recorded(store, job_id)
    job, plan, environment = recorded.job, recorded.plan, recorded.environment
    if environment is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its framework was up, so there is nothing to compare with."
        )
    payloads = PayloadStore(store.payload_folder)
    try:
        choice = choose_interpreter(store, job, recorded.submission, environment)
        problem = None
    except CannotReplay as error:
        choice, problem = None, error.message
    points = start_points(store, recorded)
    contents = training_kind(plan.kind).contents(plan)
    return Recording(
        job_id=job_id,
        description=job.description,
        status=job.status,
        created_at=job.created_at,
        size_bytes=sum(payloads.size(name) for name in payload_names(plan)),
        parts=list(_parts(payloads, plan, contents)),
        parameters=contents.parameters,
        epochs=job.epochs,
        batch_size=contents.batch_size,
        seed=plan.seed,
        fit_arguments=contents.arguments,
        custom_code=plan.holds_code,
        foreign=job.foreign,
        trusted=recorded.trusted,
        environment=environment,
        interpreter=choice.interpreter if choice is not None else None,
        differences=differences(environment, choice.environment) if choice is not None else [],
        problem=problem,
        start_epochs=points.epochs,
        no_start_epochs=points.why_none,
    )


def _parts(
    payloads: PayloadStore, plan: TrainingPlan, contents: Contents
) -> Iterator[RecordedPart]:
    def whole(name: str, payload: str) -> RecordedPart:
        return RecordedPart(name=name, size_bytes=payloads.size(payload), dtype=None, shape=None)

    for name, payload in contents.files.items():
        yield whole(name, payload)
    if plan.start is not None:
        yield whole("checkpoint", plan.start.checkpoint)
        yield whole("state", plan.start.state)
    for field, tree in contents.arrays.items():
        try:
            arrays = describe(field, load_tree(payloads.path, tree))
        except (OSError, ValueError) as error:
            raise JobNotRecorded(
                f"The recorded {field} cannot be read ({error}), so the job cannot be replayed."
            ) from error
        for array in arrays:
            yield RecordedPart(
                name=array.field,
                size_bytes=array.nbytes,
                dtype=array.dtype,
                shape=list(array.shape),
            )
