"""Whether a replay came out as its recorded job did, and what the verdict says of it."""

from __future__ import annotations

import math
import struct
from typing import Any

import msgspec
import pytest

from aibro.models import Environment, JobStatus, ReasonKind, VerdictName
from aibro.replay.verdicts import Outcome, judge
from aibro.trainings.events import EndedEpoch, Failure

NAN = float("nan")
OTHER_NAN = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x01")[0]
NEXT = math.nextafter(0.5, 1)

ENVIRONMENT = Environment(
    interpreter="/a/python",
    python="3.11.7",
    backend="jax",
    packages={},
    platform="Linux",
    cpu="a cpu",
    cpus=2,
    threads={},
    gpus=[],
)
FAILURE = Failure(exception="ValueError", message="too hot", place="call in <fit>", epoch=2)


def epochs(*losses: float, weights: str = "abcdefgh", **more: float) -> list[EndedEpoch]:
    return [
        EndedEpoch(epoch=n, metrics={"loss": loss, **more}, weights_hash=weights[n - 1], at=n)
        for n, loss in enumerate(losses, 1)
    ]


def completed(*losses: float, **more: Any) -> Outcome:
    return Outcome(
        status=JobStatus.COMPLETED,
        kind=None,
        reason=None,
        failure=None,
        epochs=epochs(*losses, **more),
        environment=None,
    )


def without_weights(loss: float) -> Outcome:
    row = EndedEpoch(epoch=1, metrics={"loss": loss}, weights_hash=None, at=1)
    return msgspec.structs.replace(completed(), epochs=[row])


def canceled(
    kind: ReasonKind = ReasonKind.TRAINING_ERROR,
    reason: str = "ValueError: too hot",
    failure: Failure | None = FAILURE,
) -> Outcome:
    return Outcome(
        status=JobStatus.CANCELED,
        kind=kind,
        reason=reason,
        failure=failure,
        epochs=epochs(0.5),
        environment=None,
    )


def fails(**other: Any) -> Outcome:
    return canceled(failure=msgspec.structs.replace(FAILURE, **other))


def lost(how: str, epoch: int = 2) -> Outcome:
    said = f"the instance's process was ended by {how}"
    failure = Failure(exception="InstanceLost", message=said, place="", epoch=epoch)
    return canceled(ReasonKind.INSTANCE_LOST, said, failure)


def stopped(**other: Any) -> Outcome:
    """A job that has completed because a callback stopped it."""
    failure = Failure(
        exception="TerminateOnNaN",
        message="The loss became nan.",
        place="",
        epoch=2,
        batch=3,
    )
    return msgspec.structs.replace(
        completed(0.5, NAN), failure=msgspec.structs.replace(failure, **other)
    )


LOST, LOST_OTHERWISE, LOST_LATER = lost("SIGSEGV"), lost("SIGKILL"), lost("SIGSEGV", epoch=3)
LOST_LONG_AGO = msgspec.structs.replace(LOST, failure=None)
BY_USER = canceled(ReasonKind.USER, "canceled by the user", None)
AT = "<Layer object at 0x7f{0}>"

Name = VerdictName
TABLE: dict[str, tuple[Outcome, Outcome, VerdictName, dict[str, Any]]] = {
    "the same bits": (completed(0.5, 0.25), completed(0.5, 0.25), Name.IDENTICAL, {}),
    "the same NaN": (completed(0.5, NAN), completed(0.5, NAN), Name.IDENTICAL, {}),
    "another NaN": (completed(NAN), completed(OTHER_NAN), Name.WITHIN_TOLERANCE, {}),
    "minus zero": (completed(0.0), completed(-0.0), Name.WITHIN_TOLERANCE, {}),
    "infinity": (completed(math.inf), completed(math.inf), Name.IDENTICAL, {}),
    "the last bit": (completed(0.5), completed(NEXT), Name.WITHIN_TOLERANCE, {}),
    "same metrics, other weights": (
        completed(0.5, 0.25, 0.125),
        completed(0.5, 0.25, 0.125, weights="axy"),
        Name.WITHIN_TOLERANCE,
        {"weights_epoch": 2},
    ),
    "other weights on the way, the same at the end": (
        completed(0.5, 0.25),
        completed(0.5, 0.25, weights="xb"),
        Name.IDENTICAL,
        {},
    ),
    "within tolerance": (completed(1.0), completed(1.00009), Name.WITHIN_TOLERANCE, {}),
    "beyond tolerance": (
        completed(0.5, 1.0),
        completed(0.5, 1.00011, weights="ax"),
        Name.DIVERGED,
        {"epoch": 2, "metric": "loss", "recorded": 1.0, "replayed": 1.00011, "weights_epoch": 2},
    ),
    "the first that differs": (
        completed(0.5, 0.25, 1.0),
        completed(0.6, 0.35, 2.0),
        Name.DIVERGED,
        {"epoch": 1, "recorded": 0.5, "replayed": 0.6},
    ),
    "became NaN": (completed(0.5), completed(NAN), Name.DIVERGED, {"epoch": 1, "recorded": 0.5}),
    "became infinite": (completed(0.5), completed(math.inf), Name.DIVERGED, {"epoch": 1}),
    "a metric is missing": (
        completed(0.5, accuracy=1.0),
        completed(0.5),
        Name.DIVERGED,
        {"metric": "accuracy", "recorded": 1.0, "replayed": None},
    ),
    "fewer epochs": (completed(0.5, 0.25), completed(0.5), Name.DIVERGED, {"epoch": 2}),
    "more epochs": (completed(0.5), completed(0.5, 0.25), Name.DIVERGED, {"epoch": 2}),
    "no epochs": (completed(), completed(), Name.NOT_COMPARABLE, {}),
    "only the replay failed": (completed(0.5), canceled(), Name.NOT_COMPARABLE, {}),
    "the replay was canceled": (completed(0.5), BY_USER, Name.NOT_COMPARABLE, {}),
    "the recorded one was canceled": (BY_USER, completed(0.5), Name.NOT_COMPARABLE, {}),
    "the same error": (canceled(), canceled(), Name.ISSUE_REPRODUCED, {}),
    "the same but for an address": (
        fails(message=AT.format("12ab")),
        fails(message=AT.format("34CD")),
        Name.ISSUE_REPRODUCED,
        {},
    ),
    "another message": (canceled(), fails(message="cold"), Name.ISSUE_NOT_REPRODUCED, {}),
    "another exception": (canceled(), fails(exception="OSError"), Name.ISSUE_NOT_REPRODUCED, {}),
    "another place": (canceled(), fails(place="fit in a.py"), Name.ISSUE_NOT_REPRODUCED, {}),
    "another epoch": (canceled(), fails(epoch=3), Name.ISSUE_NOT_REPRODUCED, {}),
    "no error": (canceled(), completed(0.5), Name.ISSUE_NOT_REPRODUCED, {}),
    "the same crash": (LOST, LOST, Name.ISSUE_REPRODUCED, {}),
    "another crash": (LOST, LOST_OTHERWISE, Name.ISSUE_NOT_REPRODUCED, {}),
    "a crash for an error": (canceled(), LOST, Name.ISSUE_NOT_REPRODUCED, {}),
    "a crash in another epoch": (LOST, LOST_LATER, Name.ISSUE_NOT_REPRODUCED, {}),
    "a crash that was recorded without its place": (LOST_LONG_AGO, LOST, Name.ISSUE_REPRODUCED, {}),
    "an error, then canceled": (canceled(), BY_USER, Name.NOT_COMPARABLE, {}),
    "the same batch": (fails(batch=3), fails(batch=3), Name.ISSUE_REPRODUCED, {}),
    "another batch": (fails(batch=3), fails(batch=4), Name.ISSUE_NOT_REPRODUCED, {}),
    "a batch that is not known": (fails(batch=3), canceled(), Name.ISSUE_REPRODUCED, {}),
    "the same stop": (stopped(), stopped(), Name.ISSUE_REPRODUCED, {}),
    "a stop in another batch": (stopped(), stopped(batch=4), Name.ISSUE_NOT_REPRODUCED, {}),
    "a stop in another epoch": (stopped(), stopped(epoch=1), Name.ISSUE_NOT_REPRODUCED, {}),
    "no stop": (stopped(), completed(0.5, NAN), Name.ISSUE_NOT_REPRODUCED, {}),
    "an error for a stop": (stopped(), canceled(), Name.ISSUE_NOT_REPRODUCED, {}),
    "a stop for an error": (canceled(), stopped(), Name.ISSUE_NOT_REPRODUCED, {}),
    "a stop, then canceled": (stopped(), BY_USER, Name.NOT_COMPARABLE, {}),
    "only the replay was stopped": (completed(0.5, 1.0), stopped(), Name.DIVERGED, {"epoch": 2}),
    "weights that were not recorded": (
        without_weights(0.5),
        without_weights(0.5),
        Name.WITHIN_TOLERANCE,
        {"sentence": "Every epoch's metrics agree bit for bit, the weights were not recorded."},
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_verdict(case: str) -> None:
    recorded, replayed, expected, evidence = TABLE[case]
    verdict = judge("b" * 12, "a" * 12, recorded, replayed)
    assert verdict.verdict is expected
    assert verdict.sentence.endswith(".")
    for name, value in evidence.items():
        assert getattr(verdict, name) == value, name


def test_a_verdict_names_what_differs_between_the_environments() -> None:
    verdict = judge(
        "b" * 12,
        "a" * 12,
        msgspec.structs.replace(completed(0.5), environment=ENVIRONMENT),
        msgspec.structs.replace(
            completed(0.5), environment=msgspec.structs.replace(ENVIRONMENT, cpus=4)
        ),
    )
    assert [(d.name, d.recorded, d.current) for d in verdict.differences] == [("cpus", "2", "4")]


def test_only_what_came_after_the_beginning_is_compared() -> None:
    recorded, replayed = completed(0.5, 0.25, 0.125), completed(0.9, 0.25, 0.125, weights="xbc")
    assert judge("b" * 12, "a" * 12, recorded, replayed).verdict is Name.DIVERGED
    verdict = judge("b" * 12, "a" * 12, recorded, replayed, from_epoch=1)
    assert (verdict.verdict, verdict.from_epoch) == (Name.IDENTICAL, 1)
    assert verdict.sentence == (
        "Every epoch's metrics and the final weights agree bit for bit. "
        "The replay began after epoch 1; only what came later was compared."
    )
    # A replay that began there has no earlier epochs at all.
    later = msgspec.structs.replace(replayed, epochs=replayed.epochs[1:])
    assert judge("b" * 12, "a" * 12, recorded, later, from_epoch=1) == verdict
    missing = msgspec.structs.replace(replayed, epochs=replayed.epochs[1:2])
    verdict = judge("b" * 12, "a" * 12, recorded, missing, from_epoch=1)
    assert (verdict.verdict, verdict.epoch) == (Name.DIVERGED, 3)
    assert verdict.sentence.startswith("The recorded job ended with epoch 3, the replay with ")


SENTENCES: dict[str, tuple[Outcome, Outcome, str]] = {
    "diverged": (
        completed(0.1, 1 / 3, weights="ab"),
        completed(0.1, 0.5, weights="xb"),
        (
            "From epoch 2 on the runs differ: loss was 0.3333333333333333, replayed 0.5, "
            "the weights differ from epoch 1 on."
        ),
    ),
    "failed alike": (
        fails(batch=3),
        fails(batch=0),
        "The replay failed as the recorded job did, in epoch 2, batch 3: ValueError: too hot.",
    ),
    "failed otherwise": (
        fails(batch=3),
        fails(epoch=1, place="call in b.py"),
        (
            "The recorded job failed (ValueError: too hot, in epoch 2, batch 3, in call in <fit>), "
            "but the replay failed otherwise (ValueError: too hot, in epoch 1, in call in b.py)."
        ),
    ),
    "stopped alike": (
        stopped(),
        stopped(),
        "The loss became nan in epoch 2, batch 3, in both: TerminateOnNaN stopped the training.",
    ),
    "not stopped": (
        stopped(),
        completed(0.5),
        (
            "The recorded job failed (stopped by TerminateOnNaN: The loss became nan, in epoch 2, "
            "batch 3), but the replay completed."
        ),
    ),
    "crashed alike": (
        LOST,
        LOST,
        (
            "The replay failed as the recorded job did, in epoch 2: "
            "the instance's process was ended by SIGSEGV."
        ),
    ),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_the_sentence(case: str) -> None:
    recorded, replayed, sentence = SENTENCES[case]
    assert judge("b" * 12, "a" * 12, recorded, replayed).sentence == sentence
