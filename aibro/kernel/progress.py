"""Watching a job from the kernel: its card in a notebook, lines elsewhere."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import msgspec

from aibro.display.format import format_value
from aibro.display.job_card import job_bundle
from aibro.display.output import LiveOutput, in_notebook
from aibro.kernel.outputs import show
from aibro.kernel.storing import storing_words
from aibro.models import Job, JobEvent
from aibro.store import Store
from aibro.store.outputs import OutputReader
from aibro.store.sending import Sizes
from aibro.transitions import ENDED
from aibro.upkeep.reaper import reap

LOOK_S = 0.05
REAP_S = 2.0
UPDATE_S = 1.0
"""A card is updated at most this often, except when the job takes a step: then at once."""
LEAVE_S = 5.0
"""A job that was withdrawn should end within so many seconds."""


class _View(Protocol):
    def look(self, job: Job) -> None:
        """Show the job as it is now."""

    def cleared(self) -> None:
        """Show the job again: the cell's output was cleared."""


class Follower:
    """Shows one job in the cell that started it.

    Args:
        store: the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._view: _View = _Card(store) if in_notebook() else _Lines(store)
        self._seen: str | None = None

    def look(self, job_id: str) -> None:
        """Show the job as it is now."""
        self._seen = job_id
        self._view.look(self._store.jobs.get(job_id))

    def follow(self, job_id: str) -> Job:
        """Show a job's progress until it is over, and return its last record.

        Raises:
            JobNotFound: there is no such job, or it was deleted.
            StoreGone: the store was deleted.
            KeyboardInterrupt: the cell was interrupted; the job goes on, and the message says how
                to rejoin.
        """
        outputs = OutputReader(self._store.outputs_file(job_id))

        def show_outputs() -> None:
            for output in outputs.read():
                if show(output):
                    self._view.cleared()

        try:
            for job in until_ended(self._store, job_id, UPDATE_S, show_outputs):
                self._view.look(job)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"Job {job_id} goes on without this cell. Rejoin it with "
                f"aibro.Job.result('{job_id}'), cancel it with aibro.Job.cancel('{job_id}')."
            ) from None
        return job

    def leave(self) -> None:
        """Show how the job ended: it was withdrawn, and its output must not stay unfinished."""
        if self._seen is None:
            return
        deadline = time.monotonic() + LEAVE_S
        for job in until_ended(self._store, self._seen, LOOK_S):
            if job.status in ENDED or time.monotonic() > deadline:
                self._view.look(job)
                return


def follow(store: Store, job_id: str) -> Job:
    """Show a job's progress until it is over; see `Follower.follow`."""
    return Follower(store).follow(job_id)


def until_ended(
    store: Store,
    job_id: str,
    every_s: float = math.inf,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[Job]:
    """Yield the job's record each time it changes; the last one is that of the ended job.

    Args:
        store: the store.
        job_id: the job.
        every_s: seconds after which an unchanged record is yielded again.
        meanwhile: called at every look at the job, and once more after the job has ended.

    Raises:
        JobNotFound: there is no such job, or it was deleted.
        StoreGone: the store was deleted.
    """
    version: int | None = None
    seen = -1
    told = reaped = time.monotonic()
    reap(store)
    while True:
        if (current := store.data_version()) != version or version is None:
            version = current
            job = store.jobs.get(job_id)
        meanwhile()
        now = time.monotonic()
        if job.seq != seen or now - told >= every_s:
            seen, told = job.seq, now
            yield job
            if job.status in ENDED:
                return
        if now - reaped > REAP_S:
            reaped = now
            reap(store)
            # SQLite does not tell a connection of its own writes: look again.
            version = None
        time.sleep(LOOK_S)


class _Card:
    """Shows the job as a card, in one output that is replaced until the job has ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._output = LiveOutput()
        self._job_id: str | None = None
        self._seq = -1
        self._step: tuple[object, ...] = ()
        self._put_at = -math.inf

    def look(self, job: Job) -> None:
        step = (job.substatus, job.needs_kernel, job.cancel_requested)
        now = time.monotonic()
        if job.seq == self._seq or (step == self._step and now - self._put_at < UPDATE_S):
            return
        self._seq, self._step, self._put_at = job.seq, step, now
        self._put(job.job_id)

    def cleared(self) -> None:
        self._output = LiveOutput()
        if self._job_id is not None:
            self._put(self._job_id)

    def _put(self, job_id: str) -> None:
        self._job_id = job_id
        self._output.put(job_bundle(self._store.history.card(job_id)))


class _Lines:
    """Prints a line for everything that happens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0

    def cleared(self) -> None:
        pass

    def look(self, job: Job) -> None:
        more = True
        while more:
            # From the history: of several quick steps the job's record shows only the last.
            page = self._store.history.events(job.job_id, after=self._seen)
            more = page.more
            for event in page.events:
                self._seen = event.seq
                line = _line(job, event)
                if line:
                    clock = time.strftime("%H:%M:%S", time.localtime(event.at))
                    print(f"{clock}  {line}", flush=True)


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
    if event.kind == "sizes":
        return storing_words(msgspec.convert(data, Sizes))
    return ""


def _metrics(metrics: Mapping[str, float | None]) -> str:
    return ", ".join(f"{name} {format_value(value)}" for name, value in metrics.items())
