"""A hundred thousand jobs make no answer bigger, and only a search slower."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.store import Store
from tests.store.support import read_all

from .support import Api

JOBS = 100_000
FILL = """
WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO jobs (job_id, seq, description, status, substatus, machine_id, epochs, recorded,
                  submission, plan, created_at, ended_at)
SELECT printf('%012x', i), i, 'digits, try ' || i, 'COMPLETED', 'COMPLETED', 'local.od', 10,
       i % 10 = 0, '{}', '{}', i, i + 60.0 FROM n
"""


REQUESTS = [
    "jobs",
    "jobs?limit=200",
    "jobs?offset=99950",
    "jobs?offset=50000&sort=created",
    "jobs?filter=recorded&offset=9000",
    "jobs?filter=active",
    "jobs?machine=local.od&offset=50000",
    "jobs?machine=gpu-4&filter=canceled&sort=created",
    "jobs?search=try%2099999",
    "jobs?search=nothing%20at%20all",
    "jobs?search=digits&offset=99000",
    "changes?after=0",
    f"changes?after={JOBS - 10}",
    "jobs/0000000000c8",
    "instances",
    "info",
]


def fill(store: Store, first: int, last: int) -> None:
    with store.database.write() as write:
        write.execute(FILL, (first, last))
        write.execute("UPDATE clock SET seq = ?", (last,))


@pytest.fixture
def store(aibro_home: Path) -> Iterator[Store]:
    store = Store(aibro_home)
    yield store
    store.close()


async def test_a_hundred_thousand_jobs_make_no_answer_bigger_and_only_a_search_slower(
    store: Store, api: Api
) -> None:
    async def fastest(path: str) -> float:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            answer = await api.get(path)
            took.append(time.perf_counter() - began)
            assert answer.status == 200, answer.body
        assert len(answer.body) < 160_000, path
        return min(took)

    fill(store, 1, 200)
    few = {path: await fastest(path) for path in REQUESTS}
    fill(store, 201, JOBS)
    # A search compares every text; skipping to an offset reads no more than the rows before it.
    every = read_all(store)
    many = {path: await fastest(path) for path in REQUESTS}
    slow = {
        path: f"{few[path]:.4f} s with few jobs, {took:.4f} s with many, {every:.4f} s for all rows"
        for path, took in many.items()
        if took > 5 * few[path] + (10 if "search" in path else 1) * every
    }
    assert slow == {}
    assert (await api.get("jobs")).json["total"] == JOBS
    assert (await api.get("jobs?offset=99950&sort=created")).json["jobs"][-1]["description"] == (
        f"digits, try {JOBS}"
    )
