"""Writing a report: one file that is complete or not there at all."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import msgspec

from aibro._version import __version__
from aibro.errors import BadFolder, BadInput, BadReport, DiskFull
from aibro.models import Job
from aibro.payloads.atomic import remove_stale_temps, replacing
from aibro.payloads.store import PayloadStore
from aibro.replay.recorded import Recorded, read_recorded
from aibro.reports.archive import ReportArchive
from aibro.reports.contents import exact
from aibro.reports.environments import shareable_difference, shareable_environment
from aibro.reports.format import (
    ENVIRONMENT,
    FAILURE,
    FORMAT,
    JOB,
    LOG,
    METRICS,
    PAYLOADS,
    PLAN,
    README,
    TIMELINE,
    TRACEBACK,
    VERDICT,
    VERSION,
    Manifest,
    Progress,
    ReportedEpoch,
)
from aibro.reports.packing import Packer, without_home
from aibro.reports.plans import without_folders
from aibro.reports.readme import readme
from aibro.store import Store
from aibro.trainings.plan import payload_names


def write_report(
    store: Store,
    job_id: str,
    path: Path,
    *,
    field: str = "path",
    progress: Progress = lambda _done, _of: None,
) -> Path:
    """Write the report of a recorded job that has ended.

    Args:
        path: the file, or a folder for ``aibro-report-<job id>.zip``; an older report of the same
            job is replaced.
        field: the parameter that the path came from, for errors.
        progress: called as bytes are written.

    Returns:
        The file.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or some of it is missing or damaged.
        JobNotEnded: it still runs.
        BadFolder: the folder does not exist or cannot be written.
        BadInput: something else has that name.
        DiskFull: no space was left; nothing is left behind.
    """
    payloads = PayloadStore(store.payload_folder)
    with payloads.in_use():
        recorded = read_recorded(store, job_id, "report")
        try:
            target = _target(job_id, path, field)
            # Left by a process that was killed while it wrote a report here.
            remove_stale_temps(target.parent)
            with (
                replacing(target, f"the report {target}") as temp,
                zipfile.ZipFile(temp, "w") as archive,
            ):
                _write(Packer(archive, progress), store, recorded, payloads)
        except DiskFull:
            raise
        except OSError as error:
            raise BadFolder(
                f"{path} cannot be written ({error.strerror}). Choose another folder.", field
            ) from error
    return target


def _target(job_id: str, path: Path, field: str) -> Path:
    target = path / f"aibro-report-{job_id}.zip" if path.is_dir() else path
    if not target.parent.is_dir():
        raise BadFolder(f"The folder {target.parent} does not exist. Make it first.", field)
    if os.path.lexists(target) and not _is_report_of(job_id, target):
        raise BadInput(
            f"{target} exists and is no report of job {job_id}. Choose another name.", field
        )
    return target


def _is_report_of(job_id: str, path: Path) -> bool:
    try:
        with ReportArchive(path) as archive:
            return archive.manifest.job_id == job_id
    except BadReport:
        return False


def _write(packer: Packer, store: Store, recorded: Recorded, payloads: PayloadStore) -> None:
    job, plan = recorded.job, recorded.plan
    log = store.log_file(job.job_id)
    names = payload_names(plan)
    packer.size = sum(payloads.size(name) for name in names)
    packer.size += log.stat().st_size if log.is_file() else 0
    shared = _shareable(job)
    packer.text(README, readme(shared, plan, packer.written_at, __version__))
    _write_facts(packer, store, shared, recorded)
    if log.is_file():
        packer.file(LOG, log, redacted=True)
    for name in names:
        packer.file(PAYLOADS + name, payloads.path(name))
    packer.seal(
        Manifest(
            format=FORMAT,
            version=VERSION,
            aibro=__version__,
            written_at=packer.written_at,
            job_id=job.job_id,
            description=job.description,
            status=job.status,
            contains_code=plan.holds_code,
            members=list(packer.members),
        )
    )


def _shareable(job: Job) -> Job:
    """The job without what concerns this machine only."""
    return msgspec.structs.replace(
        job,
        seq=0,
        note="",
        reason=None if job.reason is None else _redacted(job.reason),
        traceback=None if job.traceback is None else _redacted(job.traceback),
        instance_id=None,
        foreign=False,
        cancel_requested=False,
    )


def _write_facts(packer: Packer, store: Store, job: Job, recorded: Recorded) -> None:
    job_id = job.job_id
    packer.record(JOB, msgspec.structs.replace(job, traceback=None))
    packer.record(PLAN, without_folders(recorded.plan))
    if recorded.environment is not None:
        packer.record(ENVIRONMENT, shareable_environment(recorded.environment))
    timeline = store.history.timeline(job_id)
    packer.record(TIMELINE, msgspec.structs.replace(timeline, reason=job.reason))
    packer.record(METRICS, _epochs(store, job_id))
    verdict = store.jobs.verdict(job_id)
    if verdict is not None:
        verdict = msgspec.structs.replace(
            verdict,
            sentence=_redacted(verdict.sentence),
            differences=[shareable_difference(each) for each in verdict.differences],
        )
        packer.record(VERDICT, verdict)
    failure: str | None = store.jobs.field(job_id, "failure")
    if failure is not None:
        # Not redacted: the failure of a replay is compared with it.
        packer.data(FAILURE, failure.encode())
    if job.traceback is not None:
        packer.text(TRACEBACK, job.traceback)


def _epochs(store: Store, job_id: str) -> list[ReportedEpoch]:
    return [
        ReportedEpoch(
            epoch=row.epoch,
            metrics={name: exact(value) for name, value in row.metrics.items()},
            weights_hash=row.weights_hash,
            ended_at=row.at,
        )
        for row in store.jobs.epochs(job_id)
    ]


def _redacted(text: str) -> str:
    return b"".join(without_home(iter([text.encode()]))).decode()
