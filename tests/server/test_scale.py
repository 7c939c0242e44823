"""A hundred thousand jobs make no answer bigger, and none slow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from aibro.store import Store

from .support import Api

JOBS = 100_000
FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO jobs (job_id, seq, description, status, substatus, machine_id, epochs, recorded,
                  submission, plan, created_at, ended_at)
SELECT printf('%012x', i), i, 'digits, try ' || i, 'COMPLETED', 'COMPLETED', 'local.od', 10,
       i % 10 = 0, '{}', '{}', i, i + 60.0 FROM n
"""


class Timed(NamedTuple):
    path: str
    within_ms: float


REQUESTS = [
    Timed("jobs", 250),
    Timed("jobs?limit=200", 250),
    Timed("jobs?offset=99950", 250),
    Timed("jobs?offset=50000&sort=created", 250),
    Timed("jobs?filter=recorded&offset=9000", 250),
    Timed("jobs?filter=active", 250),
    Timed("jobs?machine=local.od&offset=50000", 250),
    Timed("jobs?machine=gpu-4&filter=canceled&sort=created", 250),
    Timed("jobs?search=try%2099999", 1000),
    Timed("jobs?search=nothing%20at%20all", 1000),
    Timed("jobs?search=digits&offset=99000", 1000),
    Timed("changes?after=0", 250),
    Timed(f"changes?after={JOBS - 10}", 250),
    Timed("jobs/0000000186a0", 250),
    Timed("instances", 250),
    Timed("info", 250),
]


@pytest.fixture
def full_store(aibro_home: Path) -> Iterator[Store]:
    store = Store(aibro_home)
    with store.database.write() as write:
        write.execute(FILL, (JOBS,))
        write.execute("UPDATE clock SET seq = ?", (JOBS,))
    yield store
    store.close()


async def test_a_hundred_thousand_jobs_make_no_answer_bigger_or_slow(
    full_store: Store, api: Api
) -> None:
    await api.get("jobs")  # opens the store
    report = []
    for path, within_ms in REQUESTS:
        took = []
        for _ in range(5):
            begun = time.perf_counter()
            answer = await api.get(path)
            took.append((time.perf_counter() - begun) * 1000)
            assert answer.status == 200, answer.body
        assert len(answer.body) < 160_000, path
        assert min(took) < within_ms, path
        report.append(f"{path}: {min(took):.1f} ms, {len(answer.body)} bytes")
    print("\n".join(report))
    assert (await api.get("jobs")).json["total"] == JOBS
    assert (await api.get("jobs?offset=99950&sort=created")).json["jobs"][-1]["description"] == (
        f"digits, try {JOBS}"
    )
