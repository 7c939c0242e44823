"""What a job and a running worker must have in common for the worker to be used again."""

from __future__ import annotations

import os

from xxhash import xxh3_64_hexdigest

from aibro.store import Submission
from aibro.trainings import training_kind
from aibro.trainings.variables import (
    FRAMEWORK_VARIABLES,
    LOG_VARIABLES,
    THREAD_VARIABLES,
    usable_cpus,
)


def environment_key(submission: Submission, deterministic: bool) -> str:
    """A digest of all that must be equal for a job to run on a worker that another job started.

    That is the kind of training, the interpreter, the back end, whether operations are
    deterministic, and the environment variables that frameworks read when they are imported.

    Args:
        submission: what the job was submitted with.
        deterministic: the job is recorded, or replays a recorded one.
    """
    given = {**os.environ, **submission.variables, "KERAS_BACKEND": submission.backend}
    variables = {name: value for name, value in given.items() if value is not None}
    if deterministic:
        # The worker sets these itself, so a replay that is given the same numbers fits.
        variables |= training_kind(submission.kind).thread_variables(
            submission.backend, usable_cpus(), variables
        )
    read = sorted(
        f"{name}={value}"
        for name, value in variables.items()
        if (name.startswith(FRAMEWORK_VARIABLES) or name in THREAD_VARIABLES)
        and not name.startswith(LOG_VARIABLES)
    )
    own = [submission.kind, submission.interpreter, submission.backend, str(deterministic)]
    return xxh3_64_hexdigest("\0".join([*own, *read]).encode())
