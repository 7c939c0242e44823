"""What is kept of a recorded job, in words and numbers, without loading any of it."""

from __future__ import annotations

from collections.abc import Iterator

from aibro.errors import CannotReplay, JobNotRecorded
from aibro.models import RecordedPart, Recording
from aibro.payloads.data import Tree, describe, load_tree
from aibro.payloads.store import PayloadStore
from aibro.replay.differences import differences
from aibro.replay.interpreters import choose_interpreter
from aibro.replay.recorded import read_recorded
from aibro.replay.start_points import start_points
from aibro.store import Store
from aibro.worker.plan import TrainingPlan, payload_names


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
    return Recording(
        job_id=job_id,
        description=job.description,
        status=job.status,
        created_at=job.created_at,
        size_bytes=sum(payloads.size(name) for name in payload_names(plan)),
        parts=list(_parts(payloads, plan)),
        parameters=plan.model.parameters,
        epochs=job.epochs,
        batch_size=plan.batch_size,
        seed=plan.seed,
        fit_arguments=sorted(plan.model.fit_arguments.keys() | plan.model.fit_arrays.keys()),
        custom_code=plan.model.code is not None,
        foreign=job.foreign,
        trusted=recorded.trusted,
        environment=environment,
        interpreter=choice.interpreter if choice is not None else None,
        differences=differences(environment, choice.environment) if choice is not None else [],
        problem=problem,
        start_epochs=points.epochs,
        no_start_epochs=points.why_none,
    )


def _parts(payloads: PayloadStore, plan: TrainingPlan) -> Iterator[RecordedPart]:
    def whole(name: str, payload: str) -> RecordedPart:
        return RecordedPart(name=name, size_bytes=payloads.size(payload), dtype=None, shape=None)

    yield whole("model", plan.model.model)
    if plan.model.code is not None:
        yield whole("code", plan.model.code)
    if plan.start is not None:
        yield whole("checkpoint", plan.start.checkpoint)
        yield whole("state", plan.start.state)
    trees: dict[str, Tree] = {
        "train_X": plan.train_X,
        "train_Y": plan.train_Y,
        "validation_data": plan.validation_data,
        **plan.model.fit_arrays,
    }
    for field, tree in trees.items():
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
