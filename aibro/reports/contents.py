"""What a report says, read into typed records and checked against each other."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from aibro.checks import MAX_DESCRIPTION, MAX_EPOCHS
from aibro.models import Environment, Job, JobStatus, Timeline, Verdict
from aibro.reports.archive import ReportArchive, bad_report
from aibro.reports.environments import why_not_shareable
from aibro.reports.format import (
    ENVIRONMENT,
    FAILURE,
    JOB,
    METRICS,
    PAYLOADS,
    PLAN,
    TIMELINE,
    TRACEBACK,
    VERDICT,
    ExactNumber,
    ReportedEpoch,
)
from aibro.reports.plans import BadPlan, check_plan
from aibro.store.jobs import JOB_ID
from aibro.trainings.events import EndedEpoch, Failure
from aibro.trainings.plan import TrainingPlan, payload_names
from aibro.transitions import ENDED, JOB_STATUS_OF

_MAX_REASON = 10_000
_NAME = re.compile(r"[\w.@:-]{1,100}")


@dataclass(frozen=True, kw_only=True)
class ReportContents:
    """Everything in a report except its log and payloads."""

    job: Job
    plan: TrainingPlan
    environment: Environment | None
    timeline: Timeline
    epochs: list[EndedEpoch]
    verdict: Verdict | None
    failure: Failure | None


def read_contents(archive: ReportArchive) -> ReportContents:
    """Read and check what a report says.

    Raises:
        BadReport: a part is damaged, or could not have been written by AIbro.
    """
    job = archive.decode(JOB, Job)
    if TRACEBACK in archive:
        try:
            text = archive.read(TRACEBACK).decode()
        except UnicodeDecodeError as error:
            raise bad_report(f"{TRACEBACK} is no text") from error
        job = msgspec.structs.replace(job, traceback=text)
    contents = ReportContents(
        job=job,
        plan=archive.decode(PLAN, TrainingPlan),
        environment=_environment(archive),
        timeline=archive.decode(TIMELINE, Timeline),
        epochs=_epochs(archive.decode(METRICS, list[ReportedEpoch])),
        verdict=archive.decode(VERDICT, Verdict) if VERDICT in archive else None,
        failure=archive.decode(FAILURE, Failure) if FAILURE in archive else None,
    )
    _check_job(contents.job)
    _check_plan(archive, contents)
    _check_history(contents)
    return contents


def exact(value: float) -> ExactNumber:
    """A number as people read it, and to the last bit."""
    bits = struct.pack(">d", value).hex()
    return ExactNumber(value=value if math.isfinite(value) else None, bits=bits)


def _number(exact_number: ExactNumber) -> float:
    bits = exact_number.bits
    _require(re.fullmatch(r"[0-9a-f]{16}", bits) is not None, METRICS, "has what is no number")
    value: float = struct.unpack(">d", bytes.fromhex(bits))[0]
    shown = value if math.isfinite(value) else None
    _require(exact_number.value == shown, METRICS, "shows other numbers than it holds")
    return value


def _epochs(reported: Sequence[ReportedEpoch]) -> list[EndedEpoch]:
    return [
        EndedEpoch(
            epoch=each.epoch,
            metrics={name: _number(number) for name, number in each.metrics.items()},
            weights_hash=each.weights_hash,
            at=each.ended_at,
        )
        for each in reported
    ]


def _environment(archive: ReportArchive) -> Environment | None:
    if ENVIRONMENT not in archive:
        return None
    environment = archive.decode(ENVIRONMENT, Environment)
    why = why_not_shareable(environment)
    if why is not None:
        raise bad_report(f"{ENVIRONMENT} cannot be: {why}")
    return environment


def _check_job(job: Job) -> None:
    ended = job.status in ENDED and JOB_STATUS_OF[job.substatus] is job.status
    canceled = job.status is JobStatus.CANCELED
    _require(JOB_ID.fullmatch(job.job_id) is not None, JOB, "has no job id")
    _require(ended and job.recorded, JOB, "is no recorded job that has ended")
    _require(
        canceled == bool(job.reason) == (job.reason_kind is not None),
        JOB,
        "has no reason for its end",
    )
    _require(len(job.reason or "") <= _MAX_REASON, JOB, "has too long a reason")
    _require(len(job.description) <= MAX_DESCRIPTION, JOB, "has too long a description")
    counts = 0 <= job.epoch <= job.epochs <= MAX_EPOCHS and job.epochs >= 1
    batches = 0 <= job.batch < 2**53 and 0 <= (job.batches or 0) < 2**53
    begins = 0 <= job.from_epoch < job.epochs and 1 <= job.attempt < 2**53
    _require(counts and batches and begins, JOB, "has numbers that cannot be")
    _require(
        job.replay_of is None or JOB_ID.fullmatch(job.replay_of) is not None,
        JOB,
        "replays what is no job",
    )
    _require(
        job.machine_id is None or _NAME.fullmatch(job.machine_id) is not None,
        JOB,
        "ran on what is no machine",
    )
    _require(job.ended_at is not None, JOB, "has no end")


def _check_plan(archive: ReportArchive, contents: ReportContents) -> None:
    job, plan = contents.job, contents.plan
    try:
        check_plan(plan, job.epochs, job.from_epoch)
    except BadPlan as error:
        raise bad_report(f"{PLAN} cannot be: {error}") from error
    named = {PAYLOADS + name for name in payload_names(plan)}
    _require(named == {member.name for member in archive.payloads}, PLAN, "names other payloads")
    manifest = archive.manifest
    same = (manifest.job_id, manifest.status, manifest.contains_code) == (
        job.job_id,
        job.status,
        plan.holds_code,
    )
    _require(same, JOB, "is not what the manifest says")


def _check_history(contents: ReportContents) -> None:
    job, verdict = contents.job, contents.verdict
    numbers = [epoch.epoch for epoch in contents.epochs]
    order = all(a < b for a, b in zip([job.from_epoch, *numbers], numbers, strict=False))
    _require(order and max(numbers, default=0) <= job.epochs, METRICS, "has epochs that cannot be")
    _require(contents.timeline.job_id == job.job_id, TIMELINE, "is another job's")
    periods = contents.timeline.periods
    # A job whose machine was taken away has the same period once in each of its attempts.
    pieces = {(each.attempt, each.name) for each in periods}
    _require(len(pieces) == len(periods), TIMELINE, "has a period twice")
    for period in periods:
        _require(1 <= period.attempt <= job.attempt, TIMELINE, "has an attempt that cannot be")
        ended = period.end is not None and period.start <= period.end
        _require(ended, TIMELINE, "has a period without an end")
    fits = (verdict.verdict if verdict else None) == job.verdict
    if verdict is not None:
        fits = fits and (verdict.job_id, verdict.replay_of) == (job.job_id, job.replay_of)
    _require(fits, VERDICT, "is not the job's")


def _require(fits: bool, name: str, why: str) -> None:
    if not fits:
        raise bad_report(f"{name} {why}")
