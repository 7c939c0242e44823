"""Bringing a report in as a foreign job: all of it is checked, then all or nothing is stored."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from aibro import locks
from aibro.errors import DiskFull
from aibro.machine_spec import LOCAL
from aibro.models import Job
from aibro.payloads.atomic import remove_stale_temps
from aibro.payloads.store import PayloadStore
from aibro.reports.archive import ReportArchive
from aibro.reports.contents import ReportContents, read_contents
from aibro.reports.format import LOG, PAYLOADS, README, Member, Progress
from aibro.reports.payload_files import check_payload
from aibro.reports.plans import renamed
from aibro.store import Store, Submission
from aibro.store.foreign import ForeignJob, add_foreign_job, check_new

_WHAT = "the report's contents"
_SPARE_BYTES = 4 << 20


def import_report(
    store: Store,
    path: Path,
    *,
    working_directory: str,
    progress: Progress = lambda _done, _of: None,
) -> Job:
    """Bring in the job of a report, under its own id, as foreign and not trusted.

    Args:
        path: the report.
        working_directory: where a replay of it runs, unless told otherwise.
        progress: called as bytes are copied.

    Returns:
        The job.

    Raises:
        BadReport: it is no report, damaged or incomplete; nothing was changed.
        ReportTooNew: a newer AIbro wrote it; nothing was changed.
        JobExists: its job is here already; nothing was changed.
        DiskFull: there is no room for it; nothing was changed.
    """
    with ReportArchive(path) as archive:
        check_new(store.database, archive.manifest.job_id)
        contents = read_contents(archive)
        for _ in archive.chunks(README):
            pass  # A report that is damaged anywhere, even here, is not imported.
        payloads = PayloadStore(store.payload_folder)
        with _one_at_a_time(store), payloads.in_use():
            remove_stale_temps(store.home)
            remove_stale_temps(payloads.folder)
            _check_room(archive, payloads.folder)
            _bring_in(store, payloads, archive, contents, working_directory, progress)
    return store.jobs.get(contents.job.job_id)


@contextlib.contextmanager
def _one_at_a_time(store: Store) -> Iterator[None]:
    """Keep others from importing meanwhile: what a failed import removes is then surely its own."""
    folder = store.home / "jobs"
    folder.mkdir(mode=0o700, exist_ok=True)
    with locks.alone(folder, float("inf")):
        yield


def _check_room(archive: ReportArchive, folder: Path) -> None:
    needed = sum(member.size_bytes for member in archive.manifest.members) + _SPARE_BYTES
    if needed > shutil.disk_usage(folder).free:
        raise DiskFull(_WHAT)


def _bring_in(
    store: Store,
    payloads: PayloadStore,
    archive: ReportArchive,
    contents: ReportContents,
    working_directory: str,
    progress: Progress,
) -> None:
    copy = _Copy(archive, progress)
    with contextlib.ExitStack() as staging, contextlib.ExitStack() as undo:
        staged: dict[str, Path] = {}
        for member in archive.manifest.members:
            if member.name == LOG or member.name.startswith(PAYLOADS):
                temp = staging.enter_context(payloads.temporary(Path(member.name).suffix))
                copy(member, temp)
                staged[member.name] = temp
        plan = contents.plan
        for member in archive.payloads:
            path = staged[member.name]
            check_payload(path, member.name, kind=plan.kind, with_code=plan.holds_code)
        # Everything has been checked.
        if LOG in staged:
            folder = store.job_folder(contents.job.job_id)
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            staged[LOG].replace(folder / LOG)
        names = {
            member.name.removeprefix(PAYLOADS): _place(payloads, member, staged[member.name], undo)
            for member in archive.payloads
        }
        add_foreign_job(store.database, _foreign_job(contents, names, working_directory))
        undo.pop_all()


class _Copy:
    """Copies members, and reports the progress of all of them together."""

    def __init__(self, archive: ReportArchive, progress: Progress) -> None:
        self._archive = archive
        self._progress = progress
        self._done = 0
        self._of = sum(member.size_bytes for member in archive.manifest.members)

    def __call__(self, member: Member, path: Path) -> None:
        with path.open("xb") as file:
            path.chmod(0o600)
            for chunk in self._archive.chunks(member.name):
                file.write(chunk)
                self._done += len(chunk)
                self._progress(self._done, self._of)


def _place(payloads: PayloadStore, member: Member, staged: Path, undo: contextlib.ExitStack) -> str:
    """Move a payload into the store and return its name there.

    This store names its own payloads by a fast digest that can be forged: the maker of a report
    could choose content whose name is that of the user's own data, and be taken for it. So foreign
    content is named by its SHA-256, unless a file with the very same bytes is here already.
    """
    name = member.name.removeprefix(PAYLOADS)
    own = payloads.path(name)
    if own.is_file() and own.stat().st_size == member.size_bytes and _sha256(own) == member.sha256:
        return name
    digest, kind = member.sha256[:32], own.suffix.removeprefix(".")
    final = payloads.path(f"{digest}-{member.size_bytes}.{kind}")
    if not final.exists():
        undo.callback(final.unlink, missing_ok=True)
    return payloads.add_file(staged, kind, digest)


def _foreign_job(
    contents: ReportContents, names: dict[str, str], working_directory: str
) -> ForeignJob:
    job, plan = contents.job, contents.plan
    submission = Submission(
        machine_ids=[LOCAL],
        interpreter=sys.executable,
        backend=plan.backend,
        kind=plan.kind,
        working_directory=working_directory,
        wait_request_s=10000,
        wait_new_job_create_s=-1,
        wait_new_job_create_interval=10,
        cool_down_period_s=0,
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        called_at=job.created_at,
    )
    # In safe mode until the user says that they trust it.
    plan = msgspec.structs.replace(
        renamed(plan, names), working_directory=working_directory, safe_mode=True
    )
    failure = contents.failure
    return ForeignJob(
        job=job,
        submission=submission,
        plan=msgspec.json.encode(plan).decode(),
        environment=contents.environment,
        failure=None if failure is None else msgspec.json.encode(failure).decode(),
        verdict=contents.verdict,
        epochs=contents.epochs,
        periods=contents.timeline.periods,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
