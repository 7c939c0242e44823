"""Jobs as rows only: no process runs them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from aibro.machine_spec import LOCAL, MachineSpec
from aibro.models import JobSubstatus
from aibro.store import Store, Submission
from aibro.store.lifecycle import Ending

SUBMISSION = Submission(
    machine_ids=[LOCAL],
    interpreter="python",
    backend="jax",
    working_directory="/",
    wait_request_s=10,
    wait_new_job_create_s=-1,
    wait_new_job_create_interval=10,
    cool_down_period_s=0,
    directory_to_save_ckpt=None,
    directory_to_save_log=None,
    called_at=0,
)
MACHINE = MachineSpec(machine_id=LOCAL, engine="local", cpus=1)
KEY = "an environment"


def add_job(
    store: Store, description: str = "", *, job_id: str | None = None, **options: Any
) -> str:
    """A job that waits."""
    job_id = job_id or store.jobs.new_id()
    options = {"epochs": 3, "recorded": False} | options
    store.jobs.create(SUBMISSION, job_id=job_id, description=description, **options)
    return job_id


def add_instance(store: Store, job_id: str, *, cool_s: float = 0, limit: int = 1000) -> str | None:
    """A new instance for a job that waits; ``None`` at the limit."""
    instance_id = store.instances.new_id()
    launched = store.admission.launch(job_id, MACHINE, instance_id, KEY, cool_s, limit)
    return instance_id if launched else None


def complete(store: Store, job_id: str, cool_s: float = 0) -> None:
    """Take a connected job through the rest of the table."""
    for substatus in (
        JobSubstatus.SENDING,
        JobSubstatus.GEARING_ENV,
        JobSubstatus.TRAINING,
        JobSubstatus.RETURNING,
    ):
        store.lifecycle.proceed(job_id, substatus)
    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.COMPLETED), cool_s=cool_s)


def add_cooling(store: Store, cool_s: float = 60) -> tuple[str, str]:
    """An instance that cools and the job that used it; (job id, instance id)."""
    job_id = add_job(store, "used it before")
    instance_id = add_instance(store, job_id, cool_s=cool_s)
    assert instance_id is not None
    complete(store, job_id, cool_s)
    return job_id, instance_id


def fastest(look: Callable[[], object], times: int = 5) -> float:
    """The seconds of the fastest of some looks, which busy processors disturbed least."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        look()
        took.append(time.perf_counter() - began)
    return min(took)


def read_all(store: Store) -> float:
    """The seconds that it takes to look at every job once: what slow looks are compared with."""
    every = "SELECT count(*) FROM jobs WHERE submission LIKE '%nowhere%'"
    return fastest(lambda: store.database.read(every))


def fill(store: Store, count: int) -> None:
    """Very many ended jobs, fast."""
    with store.database.write() as write:
        write.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO jobs (job_id, seq, description, status, substatus, epochs, recorded, "
            "submission, created_at, ended_at, metrics) SELECT printf('%012x', i), i, "
            "'digits, try ' || i, iif(i % 3, 'COMPLETED', 'CANCELED'), "
            "iif(i % 3, 'COMPLETED', 'CANCELED'), 10, i % 2, ?, ?, ?, ? FROM n",
            (count, "{}" + " " * 400, time.time(), time.time(), '{"loss": 0.25}'),
        )
        write.execute("UPDATE clock SET seq = ?", (count,))
