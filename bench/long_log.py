"""The log viewer with a log of 100 MB, compared with one of 100 kB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro.store import Store
from bench import lab
from bench.result import Result, at_most, result

LINE = "Epoch {0}/1400000 - \x1b[32m32/32\x1b[0m - loss: 0.{0:07d} - val_loss: 0.5123\n"
LONG = 1_400_000
SHORT = 1_400
RUNS = 5

_JOB = """
INSERT INTO jobs (job_id, seq, description, status, substatus, machine_id, epoch, epochs, metrics,
    recorded, submission, plan, created_at, ended_at)
VALUES (?, 1, 'a talkative one', 'COMPLETED', 'COMPLETED', 'local.od', 1, 1, '{}', 0, '{}', '{}',
    1700000000, 1700000050)
"""


class Run(msgspec.Struct):
    """The measurements of one page, times in milliseconds."""

    opened: float
    to_start: float
    to_middle: float
    found: float
    longest_task: float
    elements: float
    heap: float
    """Growth of the heap, in bytes, from before the log was opened until after all measurements."""


def measure(folder: Path) -> Iterator[Result]:
    """Open fresh pages with either log in turn."""
    home = folder / "aibro"
    jobs = {SHORT: "00000000000a", LONG: "00000000000b"}
    for lines, job_id in jobs.items():
        _write(home, job_id, lines)
    runs: dict[int, list[Run]] = {lines: [] for lines in jobs}
    with lab.jupyterlab(folder) as server:
        for _ in range(RUNS):
            for lines, job_id in jobs.items():
                text = lab.run_script("long-log.mjs", server.url, job_id, str(lines))
                runs[lines].append(msgspec.json.decode(text, type=Run))
    size = LONG * len(LINE.format(LONG)) / 1e6

    def compared(name: str, unit: str, limit: float, field: str, scale: float = 1) -> Result:
        values = {
            lines: [getattr(run, field) / scale for run in each] for lines, each in runs.items()
        }
        return result(
            f"log of {size:.0f} MB: {name}",
            unit,
            values[LONG],
            at_most(limit, unit),
            (f"a log of {SHORT:,} lines", values[SHORT]),
        )

    yield compared("open, to its painted end", "ms", 600, "opened")
    yield compared("jump to the beginning", "ms", 100, "to_start")
    yield compared("drag to the middle", "ms", 100, "to_middle")
    yield compared("find a text at its end", "ms", 4000, "found")
    yield compared("longest task in the browser", "ms", 100, "longest_task")
    yield compared("lines in the DOM", "", 200, "elements")
    yield compared("memory", "MB", 20, "heap", 1e6)


def _write(home: Path, job_id: str, lines: int) -> None:
    store = Store(home)
    with store.database.write() as write:
        write.execute(_JOB, (job_id,))
        write.execute("UPDATE clock SET seq = 1")
    log = store.log_file(job_id)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        file.writelines(LINE.format(number) for number in range(lines))
    store.close()
