"""Did the replay come out the same? Decided by comparing bits, never rounded text."""

from __future__ import annotations

import math
import re
import struct

import msgspec

from aibro.models import (
    Environment,
    JobStatus,
    ReasonKind,
    Record,
    Verdict,
    VerdictName,
)
from aibro.replay.differences import differences
from aibro.trainings.events import EndedEpoch, Failure

RELATIVE_TOLERANCE = 1e-4
ABSOLUTE_TOLERANCE = 1e-6
"""Another number of threads changes float32 sums by less than this; another input by more."""

FAILURES = frozenset({ReasonKind.TRAINING_ERROR, ReasonKind.INSTANCE_LOST})
"""Why jobs end through a fault of their own, which a replay can reproduce."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


class Outcome(Record, frozen=True):
    """How one of the two jobs came out."""

    status: JobStatus
    kind: ReasonKind | None
    reason: str | None
    failure: Failure | None
    """A job that COMPLETED can have one too, when something in it stopped the training."""
    epochs: list[EndedEpoch]
    environment: Environment | None


def judge(
    job_id: str, replay_of: str, recorded: Outcome, replayed: Outcome, from_epoch: int = 0
) -> Verdict:
    """Compare a replay with its recorded job.

    Args:
        job_id: the replay.
        replay_of: the recorded job.
        recorded: how the recorded job came out.
        replayed: how the replay came out.
        from_epoch: the replay began after this epoch (from 1); only later ones are compared.
    """
    found = _compare(_after(recorded, from_epoch), _after(replayed, from_epoch))
    if from_epoch and found.verdict is not VerdictName.NOT_COMPARABLE:
        began = f"{found.sentence} The replay began after epoch {from_epoch}; only what came later "
        found = msgspec.structs.replace(found, sentence=f"{began}was compared.")
    return Verdict(
        job_id=job_id,
        replay_of=replay_of,
        differences=differences(recorded.environment, replayed.environment),
        from_epoch=from_epoch,
        **msgspec.structs.asdict(found),
    )


def judge_alone(job_id: str, replay_of: str, why: str, from_epoch: int = 0) -> Verdict:
    """The verdict on a replay whose recorded job is not there to be compared with.

    Args:
        job_id: the replay.
        replay_of: the recorded job.
        why: the reason, as a sentence.
        from_epoch: the replay began after this epoch (from 1).
    """
    return Verdict(
        job_id=job_id,
        replay_of=replay_of,
        differences=[],
        from_epoch=from_epoch,
        **msgspec.structs.asdict(_not_comparable(why)),
    )


class _Finding(Record, frozen=True):
    verdict: VerdictName
    sentence: str
    epoch: int | None = None
    metric: str | None = None
    recorded: float | None = None
    replayed: float | None = None
    weights_epoch: int | None = None


def _after(outcome: Outcome, epoch: int) -> Outcome:
    later = [row for row in outcome.epochs if row.epoch > epoch]
    return msgspec.structs.replace(outcome, epochs=later)


def _compare(recorded: Outcome, replayed: Outcome) -> _Finding:
    if recorded.status is JobStatus.CANCELED and recorded.kind not in FAILURES:
        return _not_comparable(f"The recorded job was canceled: {_reason(recorded)}.")
    if replayed.status is JobStatus.CANCELED and replayed.kind not in FAILURES:
        return _not_comparable(f"The replay did not run to its end: {_reason(replayed)}.")
    if _has_issue(recorded):
        return _compare_failures(recorded, replayed)
    if replayed.status is JobStatus.CANCELED:
        return _not_comparable(f"The replay did not run to its end: {_reason(replayed)}.")
    if not recorded.epochs:
        return _not_comparable("The recorded job has no epochs to compare.")
    return _compare_epochs(recorded.epochs, replayed.epochs)


def _compare_failures(recorded: Outcome, replayed: Outcome) -> _Finding:
    if _fail_alike(recorded, replayed):
        when = _when(recorded.failure, replayed.failure)
        if recorded.status is JobStatus.COMPLETED and recorded.failure is not None:
            what = f"{_reason(recorded)}{when.removeprefix(',')}, in both: "
            sentence = f"{what}{recorded.failure.exception} stopped the training."
        else:
            sentence = f"The replay failed as the recorded job did{when}: {_reason(recorded)}."
        return _Finding(verdict=VerdictName.ISSUE_REPRODUCED, sentence=sentence)
    instead = (
        "the replay completed"
        if not _has_issue(replayed)
        else f"the replay failed otherwise ({_where(replayed)})"
    )
    return _Finding(
        verdict=VerdictName.ISSUE_NOT_REPRODUCED,
        sentence=f"The recorded job failed ({_where(recorded)}), but {instead}.",
    )


def _has_issue(outcome: Outcome) -> bool:
    return outcome.status is JobStatus.CANCELED or outcome.failure is not None


def _fail_alike(recorded: Outcome, replayed: Outcome) -> bool:
    if (recorded.status, recorded.kind) != (replayed.status, replayed.kind):
        return False
    a, b = recorded.failure, replayed.failure
    if a is None or b is None:
        # Old recordings of crashes name no place; the message has to be enough.
        return recorded.status is JobStatus.CANCELED and recorded.reason == replayed.reason
    return (
        (a.exception, _said(a), a.place, a.epoch) == (b.exception, _said(b), b.place, b.epoch)
        # A batch that is not known in one of them cannot contradict the other.
        and (a.batch == b.batch or 0 in (a.batch, b.batch))
    )


def _said(failure: Failure) -> str:
    """The message without memory addresses, which differ from process to process."""
    return _ADDRESS.sub("0x", failure.message)


def _reason(outcome: Outcome) -> str:
    """What went wrong, as a part of a sentence."""
    said = outcome.failure.message if outcome.reason is None and outcome.failure else outcome.reason
    return str(said).rstrip(".")


def _where(outcome: Outcome) -> str:
    failure = outcome.failure
    place = f", in {failure.place}" if failure is not None and failure.place else ""
    by = (
        f"stopped by {failure.exception}: "
        if failure is not None and outcome.status is JobStatus.COMPLETED
        else ""
    )
    return f"{by}{_reason(outcome)}{_when(failure)}{place}"


def _when(*failures: Failure | None) -> str:
    """``, in epoch 2, batch 3``, as far as the failures know it."""
    epoch = max((f.epoch for f in failures if f is not None), default=0)
    batch = max((f.batch for f in failures if f is not None), default=0)
    return (f", in epoch {epoch}" if epoch else "") + (f", batch {batch}" if batch else "")


def _compare_epochs(recorded: list[EndedEpoch], replayed: list[EndedEpoch]) -> _Finding:
    pairs = list(zip(recorded, replayed, strict=False))
    weights_epoch = next((a.epoch for a, b in pairs if a.weights_hash != b.weights_hash), None)
    weights = f", the weights differ from epoch {weights_epoch} on" if weights_epoch else ""
    identical = True
    for a, b in pairs:
        for metric in sorted(a.metrics.keys() | b.metrics.keys()):
            x, y = a.metrics.get(metric), b.metrics.get(metric)
            if x is not None and y is not None and _bits(x) == _bits(y):
                continue
            identical = False
            if x is None or y is None or not _close(x, y):
                return _Finding(
                    verdict=VerdictName.DIVERGED,
                    sentence=f"From epoch {a.epoch} on the runs differ: {metric} was "
                    f"{_shown(x)}, replayed {_shown(y)}{weights}.",
                    epoch=a.epoch,
                    metric=metric,
                    recorded=x,
                    replayed=y,
                    weights_epoch=weights_epoch,
                )
    if len(recorded) != len(replayed):
        longer = max(recorded, replayed, key=len)
        return _Finding(
            verdict=VerdictName.DIVERGED,
            sentence=f"The recorded job ended {_with_last(recorded)}, the replay "
            f"{_with_last(replayed)}{weights}.",
            epoch=longer[len(pairs)].epoch,
            weights_epoch=weights_epoch,
        )
    final = recorded[-1].weights_hash
    if identical and final is not None and final == replayed[-1].weights_hash:
        return _Finding(
            verdict=VerdictName.IDENTICAL,
            sentence="Every epoch's metrics and the final weights agree bit for bit.",
        )
    metrics = (
        "Every epoch's metrics agree bit for bit"
        if identical
        else f"Every epoch's metrics agree within {RELATIVE_TOLERANCE:g} of their value"
    )
    if final is None:
        weights = ", the weights were not recorded"
    return _Finding(
        verdict=VerdictName.WITHIN_TOLERANCE,
        sentence=f"{metrics}{weights}.",
        weights_epoch=weights_epoch,
    )


def _shown(value: float | None) -> str:
    return "missing" if value is None else repr(value)


def _with_last(epochs: list[EndedEpoch]) -> str:
    return f"with epoch {epochs[-1].epoch}" if epochs else "before an epoch did"


def _not_comparable(sentence: str) -> _Finding:
    return _Finding(verdict=VerdictName.NOT_COMPARABLE, sentence=sentence)


def _bits(value: float) -> bytes:
    return struct.pack(">d", value)


def _close(x: float, y: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return math.isclose(x, y, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
