"""Reports as a notebook asks for them: paths checked, progress shown when it takes long."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tqdm.std import tqdm

from aibro.errors import BadInput
from aibro.models import Job
from aibro.reports import import_report, write_report
from aibro.reports.format import Progress
from aibro.store import Store

_QUICK_S = 1.0
"""Seconds; what is done sooner shows no progress."""


def report_job(store: Store, job_id: str, path: object) -> str:
    """Write a job's report; see `Job.report`."""
    with _bar("Writing the report") as progress:
        return str(write_report(store, job_id, _path(path), progress=progress))


def import_job(store: Store, path: object) -> Job:
    """Bring a report in; see `Job.import_report`."""
    with _bar("Importing the report") as progress:
        return import_report(
            store, _path(path), working_directory=str(Path.cwd()), progress=progress
        )


def _path(path: object) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise BadInput(f"path must be a path, not {type(path).__name__}.", "path")
    if not str(path) or "\0" in str(path):
        raise BadInput("path is not a path.", "path")
    return Path(path).expanduser().absolute()


@contextlib.contextmanager
def _bar(title: str) -> Iterator[Progress]:
    with tqdm(
        desc=title,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        delay=_QUICK_S,
        leave=False,
        # On standard error a notebook would show it as if it were an error.
        file=sys.stdout,
    ) as bar:

        def progress(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield progress
