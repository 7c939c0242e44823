"""The panel with 100,000 jobs, compared with the panel with 10."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec

from aibro.store import Store
from bench import lab
from bench.result import Result, at_most, result

MANY = 100_000
FEW = 10
RUNS = 7

_FILL = """
WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
INSERT INTO jobs (job_id, seq, description, status, substatus, reason, reason_kind, machine_id,
    epoch, epochs, metrics, recorded, submission, plan, created_at, ended_at)
SELECT printf('%012x', n), n, 'digits, try ' || n, word, word,
    CASE word WHEN 'CANCELED' THEN 'canceled by the user' END,
    CASE word WHEN 'CANCELED' THEN 'user' END,
    'local.od', 10, 10, '{"loss":0.1234,"accuracy":0.9876}', n % 3 = 0, '{}', '{}',
    1700000000 + 60 * n, 1700000050 + 60 * n
FROM (SELECT n, CASE n % 5 WHEN 0 THEN 'CANCELED' ELSE 'COMPLETED' END AS word FROM numbers)
"""


class Run(msgspec.Struct):
    """The measurements of one page, in milliseconds."""

    first_paint: float
    jump: float


def measure(folder: Path) -> Iterator[Result]:
    """Open fresh pages of two servers in turn."""
    with ExitStack() as servers:
        urls = {}
        for count in (FEW, MANY):
            home = folder / str(count)
            _fill(home / "aibro", count)
            urls[count] = servers.enter_context(lab.jupyterlab(home)).url
        runs: dict[int, list[Run]] = {count: [] for count in urls}
        for _ in range(RUNS):
            for count, url in urls.items():
                text = lab.run_script("big-panel.mjs", url, str(count))
                runs[count].append(msgspec.json.decode(text, type=Run))
    baseline = f"with {FEW} jobs"
    yield result(
        f"panel with {MANY:,} jobs: first paint",
        "ms",
        [run.first_paint for run in runs[MANY]],
        at_most(300, "ms"),
        (baseline, [run.first_paint for run in runs[FEW]]),
        note="from the click on its tab, the first request for jobs included",
    )
    yield result(
        f"panel with {MANY:,} jobs: jump to the end",
        "ms",
        [run.jump for run in runs[MANY]],
        at_most(50, "ms"),
        (baseline, [run.jump for run in runs[FEW]]),
        note="from the key to the painted last job, whose page the panel reads beforehand",
    )


def _fill(home: Path, count: int) -> None:
    store = Store(home)
    with store.database.write() as write:
        write.execute(_FILL, (count,))
        write.execute("UPDATE clock SET seq = ?", (count,))
    store.close()
