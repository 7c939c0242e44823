"""Watching a job from the kernel: a bar in the cell, lines in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping

from tqdm.std import tqdm

from aibro.models import Job, JobEvent
from aibro.reaper import reap
from aibro.store import Store
from aibro.transitions import ENDED

LOOK_S = 0.05
REAP_S = 2.0


def until_ended(store: Store, job_id: str) -> Iterator[Job]:
    """The job's row each time it changes, the last one when it is over.

    Raises:
        JobNotFound: there is no such job, or it was deleted.
    """
    version: int | None = None
    seen = -1
    reaped = time.monotonic()
    reap(store)
    while True:
        if (current := store.data_version()) != version or version is None:
            version = current
            job = store.jobs.get(job_id)
            if job.seq != seen:
                seen = job.seq
                yield job
                if job.status in ENDED:
                    return
        if time.monotonic() - reaped > REAP_S:
            reaped = time.monotonic()
            reap(store)
            # What this process writes itself does not change its own data version.
            version = None
        time.sleep(LOOK_S)


def follow(store: Store, job_id: str) -> Job:
    """Show a job's progress until it is over and return its last row.

    Raises:
        KeyboardInterrupt: the cell was interrupted; the job goes on, and the message says how
            to rejoin.
    """
    try:
        if _in_notebook():
            return _with_bar(store, job_id)
        return _with_lines(store, job_id)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Job {job_id} goes on without this cell. Rejoin it with "
            f"aibro.Job.result('{job_id}'), cancel it with aibro.Job.cancel('{job_id}')."
        ) from None


def _with_bar(store: Store, job_id: str) -> Job:
    job = store.jobs.get(job_id)
    name = job.description.splitlines()[0][:40] if job.description.strip() else job_id
    # Standard output: what is no error shall not look like one in a notebook.
    with tqdm(
        total=job.epochs,
        file=sys.stdout,
        bar_format="{desc} {bar:24} {n_fmt}/{total_fmt} epochs [{elapsed}{postfix}]",
        mininterval=0.1,
    ) as bar:
        for job in until_ended(store, job_id):
            bar.set_description_str(f"{name}: {job.note or job.substatus}", refresh=False)
            bar.set_postfix_str(_metrics(job.metrics), refresh=False)
            bar.update(job.epoch - bar.n)
            bar.refresh()
    return job


def _with_lines(store: Store, job_id: str) -> Job:
    job = store.jobs.get(job_id)
    seen = 0
    for job in until_ended(store, job_id):
        more = True
        while more:
            # From the history, not from the row: a row shows only the last of several quick moves.
            page = store.history.events(job_id, after=seen)
            more = page.more
            for event in page.events:
                seen = event.seq
                line = _line(job, event)
                if line:
                    clock = time.strftime("%H:%M:%S", time.localtime(event.at))
                    print(f"{clock}  {line}", flush=True)
    return job


def _line(job: Job, event: JobEvent) -> str:
    data = event.data
    if event.kind == "status":
        words = f"{data['status']:<9}  {data['substatus']}"
        return f"{words}: {data['reason']}" if data.get("reason") else words
    if event.kind == "epoch":
        metrics = data["metrics"]
        assert isinstance(metrics, dict)
        return f"epoch {data['epoch']}/{job.epochs}  {_metrics(metrics)}"
    if event.kind == "note":
        return str(data["note"])
    return ""


def _metrics(metrics: Mapping[str, float | None]) -> str:
    return ", ".join(
        f"{name} {value:.4g}" if value is not None else f"{name} not a number"
        for name, value in metrics.items()
    )


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
