"""Watching a job from the kernel: a bar in the cell, lines in a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from tqdm.std import tqdm

from aibro.models import Job, JobSubstatus
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
        KeyboardInterrupt: the cell was interrupted; the job goes on, and the message says how to rejoin.
    """
    try:
        if _in_notebook():
            return _follow(store, job_id, lambda line: None)
        return _follow(store, job_id, lambda line: tqdm.write(line, file=sys.stdout))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"Job {job_id} goes on without this cell. Rejoin it with "
            f"aibro.Job.result('{job_id}'), cancel it with aibro.Job.cancel('{job_id}')."
        ) from None


def _follow(store: Store, job_id: str, say: Callable[[str], None]) -> Job:
    job = store.jobs.get(job_id)
    name = job.description.splitlines()[0][:40] if job.description.strip() else job_id
    shown: tuple[JobSubstatus, str] | None = None
    # Standard output: what is no error shall not look like one in a notebook.
    bar_format = "{desc} {bar} {n_fmt}/{total_fmt} epochs [{elapsed}{postfix}]"
    with tqdm(
        total=job.epochs, file=sys.stdout, bar_format=bar_format, mininterval=0.1, dynamic_ncols=True
    ) as bar:
        for job in until_ended(store, job_id):
            if shown != (job.substatus, job.note):
                shown = (job.substatus, job.note)
                say(_line(store, job))
                bar.set_description_str(f"{name}: {job.note or job.substatus}", refresh=False)
            bar.set_postfix_str(_metrics(job), refresh=False)
            bar.update(job.epoch - bar.n)
            bar.refresh()
    return job


def _line(store: Store, job: Job) -> str:
    clock = time.strftime("%H:%M:%S")
    words = f"{clock}  {job.status.value:<9}  {job.substatus.value:<20}"
    if job.note:
        words += f"  {job.note}"
    if job.instance_id:
        instance = store.instances.get(job.instance_id)
        substatus = f"/{instance.substatus}" if instance.substatus else ""
        words += f"  instance {instance.machine_id} {instance.status}{substatus}"
    if job.reason:
        words += f"  {job.reason}"
    return words.rstrip()


def _metrics(job: Job) -> str:
    return ", ".join(
        f"{name} {value:.4g}" if value is not None else f"{name} not a number"
        for name, value in job.metrics.items()
    )


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
