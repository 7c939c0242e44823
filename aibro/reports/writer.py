"""Writing a report: one file, whole or not there."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import msgspec

import aibro
from aibro.errors import (
    BadFolder,
    BadInput,
    BadReport,
    DiskFull,
    JobNotEnded,
    JobNotRecorded,
)
from aibro.models import Job
from aibro.payloads.atomic import remove_stale_temps, replacing
from aibro.payloads.store import PayloadStore
from aibro.replay.recorded import not_recorded
from aibro.reports.archive import ReportArchive
from aibro.reports.contents import exact
from aibro.reports.environments import told_difference, told_environment
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
from aibro.trainings import training_kind
from aibro.trainings.plan import TrainingPlan, decode_plan, payload_names
from aibro.transitions import ENDED


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
        progress: told as bytes are written.

    Returns:
        The file.

    Raises:
        JobNotFound: there is no such job.
        JobNotRecorded: it was not recorded, or not wholly.
        JobNotEnded: it still runs.
        BadFolder: the folder does not exist or cannot be written.
        BadInput: something else has that name.
        DiskFull: no space was left; nothing is left behind.
    """
    job = _reportable(store, job_id)
    payloads = PayloadStore(store.payload_folder)
    with payloads.in_use():
        plan = _whole_plan(store, job_id, payloads)
        try:
            target = _target(job_id, path, field)
            # Those of a process that was killed while it wrote here.
            remove_stale_temps(target.parent)
            with (
                replacing(target, f"the report {target}") as temp,
                zipfile.ZipFile(temp, "w") as archive,
            ):
                _write(Packer(archive, progress), store, job, plan, payloads)
        except DiskFull:
            raise
        except OSError as error:
            raise BadFolder(
                f"{path} cannot be written ({error.strerror}). Choose another folder.", field
            ) from error
    return target


def _reportable(store: Store, job_id: str) -> Job:
    job = store.jobs.get(job_id)
    if not job.recorded:
        raise not_recorded(store, job_id, "report")
    if job.status not in ENDED:
        raise JobNotEnded(f"Job {job_id} is {job.status}; it can be reported when it has ended.")
    return job


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


def _whole_plan(store: Store, job_id: str, payloads: PayloadStore) -> TrainingPlan:
    text = store.jobs.plan(job_id)
    if text is None:
        raise JobNotRecorded(
            f"Job {job_id} ended before its model and data were stored, so there is nothing "
            "to report."
        )
    try:
        plan = decode_plan(text)
        training_kind(plan.kind).contents(plan)
    except (BadInput, msgspec.ValidationError) as error:
        raise JobNotRecorded(
            f"Job {job_id} was recorded by another version of AIbro, which this one cannot read "
            f"({error}). Record it again."
        ) from error
    missing = [name for name in payload_names(plan) if not payloads.path(name).is_file()]
    if missing:
        raise JobNotRecorded(
            f"Job {job_id} cannot be reported: {len(missing)} of its recorded files are gone "
            f"from {payloads.folder}."
        )
    return plan


def _write(
    packer: Packer, store: Store, job: Job, plan: TrainingPlan, payloads: PayloadStore
) -> None:
    log = store.log_file(job.job_id)
    names = payload_names(plan)
    packer.size = sum(payloads.size(name) for name in names)
    packer.size += log.stat().st_size if log.is_file() else 0
    told = _told(job)
    packer.text(README, readme(told, plan, packer.written_at, aibro.__version__))
    _write_facts(packer, store, told, without_folders(plan))
    if log.is_file():
        packer.file(LOG, log, redacted=True)
    for name in names:
        packer.file(PAYLOADS + name, payloads.path(name))
    packer.seal(
        Manifest(
            format=FORMAT,
            version=VERSION,
            aibro=aibro.__version__,
            written_at=packer.written_at,
            job_id=job.job_id,
            description=job.description,
            status=job.status,
            contains_code=plan.holds_code,
            members=list(packer.members),
        )
    )


def _told(job: Job) -> Job:
    """The job without what is of this machine only."""
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


def _write_facts(packer: Packer, store: Store, job: Job, plan: TrainingPlan) -> None:
    job_id = job.job_id
    packer.record(JOB, msgspec.structs.replace(job, traceback=None))
    packer.record(PLAN, plan)
    environment = store.jobs.environment(job_id)
    if environment is not None:
        packer.record(ENVIRONMENT, told_environment(environment))
    timeline = store.history.timeline(job_id)
    packer.record(TIMELINE, msgspec.structs.replace(timeline, reason=job.reason))
    packer.record(METRICS, _epochs(store, job_id))
    verdict = store.jobs.verdict(job_id)
    if verdict is not None:
        verdict = msgspec.structs.replace(
            verdict,
            sentence=_redacted(verdict.sentence),
            differences=[told_difference(each) for each in verdict.differences],
        )
        packer.record(VERDICT, verdict)
    failure: str | None = store.jobs.field(job_id, "failure")
    if failure is not None:
        # Exactly as it is: a replay's is compared with it.
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
