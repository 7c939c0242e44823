"""Did the replay come out the same? Computed from bits, never from rounded text.

`finish_job` is the one way a job ends: a replay gets its verdict in the same write.
"""

from __future__ import annotations

import math
import re
import struct

import msgspec

from aibro.errors import JobNotFound
from aibro.models import (
    Difference,
    Environment,
    Job,
    JobStatus,
    JobSubstatus,
    ReasonKind,
    Record,
    Verdict,
    VerdictName,
)
from aibro.store import Store
from aibro.store.jobs import EpochRow
from aibro.store.lifecycle import Ending

RELATIVE_TOLERANCE = 1e-4
ABSOLUTE_TOLERANCE = 1e-6
"""What other thread counts do to float32 sums stays within these; a changed input does not."""

FAILURES = frozenset({ReasonKind.TRAINING_ERROR, ReasonKind.INSTANCE_LOST})
"""Endings that are an issue of the job itself, which a replay can reproduce."""


_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


class Failure(Record, frozen=True):
    """What a replay has to repeat to reproduce an issue."""

    exception: str
    message: str
    place: str
    epoch: int
    """The epoch (from 1) that was under way; 0 before and after the training."""
    batch: int = 0
    """The batch (from 1) that was under way; 0 when it is not known."""


class Outcome(Record, frozen=True):
    """How one of the two jobs came out."""

    status: JobStatus
    kind: ReasonKind | None
    reason: str | None
    failure: Failure | None
    epochs: list[EpochRow]
    environment: Environment | None


def finish_job(
    store: Store, job_id: str, ending: Ending, *, cool_s: float = 0, instance_gone: bool = False
) -> None:
    """End a job; see `Lifecycle.finish`. A replay is judged first."""
    job = store.jobs.get(job_id)
    verdict = _judge_replay(store, job, ending) if job.replay_of else None
    store.lifecycle.finish(
        job_id, ending, cool_s=cool_s, instance_gone=instance_gone, verdict=verdict
    )


def judge(job_id: str, replay_of: str, recorded: Outcome, replayed: Outcome) -> Verdict:
    """Compare a replay with its recorded job.

    Args:
        job_id: the replay.
        replay_of: the recorded job.
        recorded: how the recorded job came out.
        replayed: how the replay came out.
    """
    found = _compare(recorded, replayed)
    return Verdict(
        job_id=job_id,
        replay_of=replay_of,
        differences=differences(recorded.environment, replayed.environment),
        **msgspec.structs.asdict(found),
    )


def differences(recorded: Environment | None, current: Environment | None) -> list[Difference]:
    """What is not the same in two environments, as possible causes."""
    if recorded is None or current is None:
        return []
    before, after = _flat(recorded), _flat(current)
    return [
        Difference(name=name, recorded=before.get(name), current=after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


class _Finding(Record, frozen=True):
    verdict: VerdictName
    sentence: str
    epoch: int | None = None
    metric: str | None = None
    recorded: float | None = None
    replayed: float | None = None
    weights_epoch: int | None = None


def _compare(recorded: Outcome, replayed: Outcome) -> _Finding:
    if recorded.status is JobStatus.CANCELED:
        return _compare_failures(recorded, replayed)
    if replayed.status is JobStatus.CANCELED:
        return _not_comparable(f"The replay did not run to its end: {replayed.reason}.")
    if not recorded.epochs:
        return _not_comparable("The recorded job has no epochs to compare.")
    return _compare_epochs(recorded.epochs, replayed.epochs)


def _compare_failures(recorded: Outcome, replayed: Outcome) -> _Finding:
    if recorded.kind not in FAILURES:
        return _not_comparable(f"The recorded job was canceled: {recorded.reason}.")
    if replayed.status is JobStatus.CANCELED and replayed.kind not in FAILURES:
        return _not_comparable(f"The replay did not run to its end: {replayed.reason}.")
    same = (
        replayed.kind is recorded.kind
        and _said(replayed.failure) == _said(recorded.failure)
        and (recorded.failure is not None or replayed.reason == recorded.reason)
    )
    if same:
        return _Finding(
            verdict=VerdictName.ISSUE_REPRODUCED,
            sentence=f"The replay failed as the recorded job did: {recorded.reason}.",
        )
    instead = (
        "the replay completed"
        if replayed.status is JobStatus.COMPLETED
        else f"the replay failed otherwise: {_where(replayed)}"
    )
    return _Finding(
        verdict=VerdictName.ISSUE_NOT_REPRODUCED,
        sentence=f"The recorded job failed ({_where(recorded)}), but {instead}.",
    )


def _said(failure: Failure | None) -> Failure | None:
    """The failure without the addresses in its message, which no two processes share."""
    if failure is None:
        return None
    return msgspec.structs.replace(failure, message=_ADDRESS.sub("0x", failure.message))


def _where(outcome: Outcome) -> str:
    failure = outcome.failure
    if failure is None:
        return str(outcome.reason)
    return f"{outcome.reason}, epoch {failure.epoch}, in {failure.place}"


def _compare_epochs(recorded: list[EpochRow], replayed: list[EpochRow]) -> _Finding:
    weights_epoch = next(
        (
            a.epoch
            for a, b in zip(recorded, replayed, strict=False)
            if a.weights_hash != b.weights_hash
        ),
        None,
    )
    identical = True
    for a, b in zip(recorded, replayed, strict=False):
        for metric in sorted(a.metrics.keys() | b.metrics.keys()):
            x, y = a.metrics.get(metric), b.metrics.get(metric)
            if x is not None and y is not None and _bits(x) == _bits(y):
                continue
            identical = False
            if x is None or y is None or not _close(x, y):
                return _Finding(
                    verdict=VerdictName.DIVERGED,
                    sentence=f"From epoch {a.epoch} on the runs differ: {metric} was {x!r}, "
                    f"replayed {y!r}.",
                    epoch=a.epoch,
                    metric=metric,
                    recorded=x,
                    replayed=y,
                    weights_epoch=weights_epoch,
                )
    if len(recorded) != len(replayed):
        return _Finding(
            verdict=VerdictName.DIVERGED,
            sentence=f"The recorded job ran {len(recorded)} epochs, the replay {len(replayed)}.",
            epoch=min(len(recorded), len(replayed)) + 1,
            weights_epoch=weights_epoch,
        )
    if identical and recorded[-1].weights_hash == replayed[-1].weights_hash:
        return _Finding(
            verdict=VerdictName.IDENTICAL,
            sentence="Every epoch's metrics and the final weights agree bit for bit.",
        )
    metrics = (
        "Every epoch's metrics agree bit for bit"
        if identical
        else f"Every epoch's metrics agree within {RELATIVE_TOLERANCE:g} of their value"
    )
    weights = f", the weights differ from epoch {weights_epoch} on" if weights_epoch else ""
    return _Finding(
        verdict=VerdictName.WITHIN_TOLERANCE,
        sentence=f"{metrics}{weights}.",
        weights_epoch=weights_epoch,
    )


def _not_comparable(sentence: str) -> _Finding:
    return _Finding(verdict=VerdictName.NOT_COMPARABLE, sentence=sentence)


def _bits(value: float) -> bytes:
    return struct.pack(">d", value)


def _close(x: float, y: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return math.isclose(x, y, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)


def _flat(environment: Environment) -> dict[str, str]:
    flat = {
        "interpreter": environment.interpreter,
        "python": environment.python,
        "backend": environment.backend,
        "platform": environment.platform,
        "cpu": environment.cpu,
        "cpus": str(environment.cpus),
        "gpus": ", ".join(environment.gpus),
    }
    flat |= {f"package {name}": version for name, version in environment.packages.items()}
    flat |= {f"threads {name}": value for name, value in environment.threads.items()}
    return flat


def _judge_replay(store: Store, job: Job, ending: Ending) -> Verdict:
    assert job.replay_of is not None
    try:
        return _judge(store, job, job.replay_of, ending)
    except JobNotFound:
        why = "The recorded job was deleted meanwhile."
    except msgspec.MsgspecError as error:
        # It must not keep the job from ending.
        why = f"What was kept of the recorded job cannot be read: {error}."
    return Verdict(
        job_id=job.job_id,
        replay_of=job.replay_of,
        differences=[],
        **msgspec.structs.asdict(_not_comparable(why)),
    )


def _judge(store: Store, job: Job, replay_of: str, ending: Ending) -> Verdict:
    original = store.jobs.get(replay_of)
    recorded = Outcome(
        status=original.status,
        kind=original.reason_kind,
        reason=original.reason,
        failure=_failure(store.jobs.field(replay_of, "failure")),
        epochs=store.jobs.epochs(replay_of),
        environment=store.jobs.environment(replay_of),
    )
    replayed = Outcome(
        status=JobStatus.COMPLETED
        if ending.substatus is JobSubstatus.COMPLETED
        else JobStatus.CANCELED,
        kind=ending.kind,
        reason=ending.reason,
        failure=_failure(ending.failure),
        epochs=store.jobs.epochs(job.job_id),
        environment=store.jobs.environment(job.job_id),
    )
    return judge(job.job_id, replay_of, recorded, replayed)


def _failure(text: str | None) -> Failure | None:
    return msgspec.json.decode(text, type=Failure) if text else None
