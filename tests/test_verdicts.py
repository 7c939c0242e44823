"""Whether a replay came out as its recorded job did, and what the verdict says of it."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import msgspec
import pytest

from aibro.errors import JobNotEnded, JobNotRecorded
from aibro.models import (
    Environment,
    JobStatus,
    JobSubstatus,
    ReasonKind,
    Verdict,
    VerdictName,
)
from aibro.payloads.store import PayloadStore
from aibro.replay import check_replayable, start_replay
from aibro.store.jobs import EpochRow
from aibro.verdicts import Failure, Outcome, judge
from tests.jobs import Home

NAN = float("nan")
OTHER_NAN = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x01")[0]
NEXT = math.nextafter(0.5, 1)

FAILURE = Failure(exception="ValueError", message="too hot", place="call in <fit>", epoch=2)


def epochs(*losses: float, weights: str = "abcdefgh", **more: float) -> list[EpochRow]:
    return [
        EpochRow(epoch=n, metrics={"loss": loss, **more}, weights_hash=weights[n - 1])
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


LOST = canceled(ReasonKind.INSTANCE_LOST, "the instance's process was ended by SIGSEGV", None)
LOST_OTHERWISE = canceled(ReasonKind.INSTANCE_LOST, "... ended by SIGKILL", None)
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
    "an error, then canceled": (canceled(), BY_USER, Name.NOT_COMPARABLE, {}),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_verdict(case: str) -> None:
    recorded, replayed, expected, evidence = TABLE[case]
    verdict = judge("b" * 12, "a" * 12, recorded, replayed)
    assert verdict.verdict is expected
    assert verdict.sentence.endswith(".")
    for name, value in evidence.items():
        assert getattr(verdict, name) == value, name


def test_what_differs_between_the_environments_is_named() -> None:
    recorded = Environment(
        interpreter="/a/python",
        python="3.11.7",
        backend="jax",
        packages={"jax": "0.6", "numpy": "2.0", "gone": "1"},
        platform="Linux",
        cpu="a cpu",
        cpus=2,
        threads={"OMP_NUM_THREADS": "1"},
        gpus=[],
    )
    current = msgspec.structs.replace(
        recorded, packages={"jax": "0.7", "numpy": "2.0", "new": "2"}, cpus=4, threads={}
    )
    verdict = judge(
        "b" * 12,
        "a" * 12,
        msgspec.structs.replace(completed(0.5), environment=recorded),
        msgspec.structs.replace(completed(0.5), environment=current),
    )
    assert [(d.name, d.recorded, d.current) for d in verdict.differences] == [
        ("cpus", "2", "4"),
        ("package gone", "1", None),
        ("package jax", "0.6", "0.7"),
        ("package new", None, "2"),
        ("threads OMP_NUM_THREADS", "1", None),
    ]


# --- real replays ---------------------------------------------------------------------------------


def replay(home: Home, job_id: str, **options: Any) -> Verdict:
    """Replay a job and wait for what comes of it."""
    defaults: dict[str, Any] = {
        "description": "again",
        "directory_to_save_ckpt": None,
        "directory_to_save_log": None,
        "wait_request_s": 100.0,
        "called_at": 0.0,
    }
    new = start_replay(home.store, job_id, **(defaults | options))
    assert (new.replay_of, new.recorded) == (job_id, True)
    job = home.until_ended(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert job.verdict is verdict.verdict
    home.check_pairs(new.job_id)
    return verdict


def recorded_job(home: Home, fit: str) -> str:
    job_id = home.job(fit, recorded=True)
    home.until_ended(job_id)
    return job_id


def test_a_replay_that_comes_out_the_same_and_a_replay_of_it(home: Home) -> None:
    job_id = recorded_job(home, "epoch(1, loss=0.5); epoch(2, loss=float('nan'))")
    verdict = replay(home, job_id)
    assert (verdict.verdict, verdict.replay_of) == (VerdictName.IDENTICAL, job_id)
    again = replay(home, verdict.job_id)
    assert (again.verdict, again.replay_of) == (VerdictName.IDENTICAL, verdict.job_id)


def test_a_replay_that_comes_out_otherwise(home: Home, gate: Path) -> None:
    job_id = recorded_job(home, f"epoch(1, loss=0.7 if Path({str(gate)!r}).exists() else 0.5)")
    gate.touch()
    verdict = replay(home, job_id)
    assert (verdict.verdict, verdict.epoch, verdict.metric) == (VerdictName.DIVERGED, 1, "loss")
    assert (verdict.recorded, verdict.replayed) == (0.5, 0.7)


@pytest.mark.parametrize(
    "failure",
    [
        "raise ValueError(f'too hot: {object()}')",
        "os.abort()",
        # Batches are told of now and then: where exactly it failed must not depend on that.
        "[batch(2, n, 100) or time.sleep(0.01) for n in range(int(time.time() * 100) % 20)]; 1 / 0",
    ],
    ids=["an error", "a crash", "an error after some batches"],
)
def test_a_failure_that_is_reproduced_and_one_that_is_not(
    home: Home, gate: Path, failure: str
) -> None:
    job_id = recorded_job(home, f"epoch(1, loss=1)\nif not Path({str(gate)!r}).exists(): {failure}")
    assert replay(home, job_id).verdict is VerdictName.ISSUE_REPRODUCED
    gate.touch()
    verdict = replay(home, job_id)
    assert verdict.verdict is VerdictName.ISSUE_NOT_REPRODUCED
    assert verdict.sentence.endswith("but the replay completed.")


def test_a_replay_whose_runner_dies_is_not_comparable(home: Home, gate: Path) -> None:
    job_id = recorded_job(
        home, f"epoch(1, loss=1)\nif Path({str(gate)!r}).exists(): time.sleep(99)"
    )
    gate.touch()
    new = start_replay(
        home.store,
        job_id,
        description="",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=100,
        called_at=0,
    )
    home.until(new.job_id, JobSubstatus.TRAINING)
    home.process(new.job_id, "runner").kill()
    home.until_ended(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert "its runner process ended" in verdict.sentence


def test_a_replay_whose_recorded_job_was_deleted_meanwhile(home: Home, gate: Path) -> None:
    job_id = recorded_job(home, f"Path({str(gate)!r}).exists() or epoch(1, loss=1)")
    gate.touch()
    home.settings(max_active_jobs=1)
    hold = home.job(f"wait_for({str(gate.with_name('second'))!r})")
    home.until(hold, JobSubstatus.TRAINING)
    new = start_replay(
        home.store,
        job_id,
        description="",
        directory_to_save_ckpt=None,
        directory_to_save_log=None,
        wait_request_s=100,
        called_at=0,
    )
    home.store.jobs.delete(job_id)
    gate.with_name("second").touch()
    home.completed(new.job_id)
    verdict = home.store.jobs.verdict(new.job_id)
    assert verdict is not None
    assert verdict.verdict is VerdictName.NOT_COMPARABLE
    assert verdict.sentence == "The recorded job was deleted meanwhile."


def test_what_cannot_be_replayed_says_why_and_changes_nothing(home: Home, gate: Path) -> None:
    plain, recorded = home.job(), home.job(f"wait_for({str(gate)!r})", recorded=True)
    home.completed(plain)
    home.until(recorded, JobSubstatus.TRAINING)
    with pytest.raises(JobNotRecorded, match=f"Job {plain} was not recorded; run it with record="):
        check_replayable(home.store, plain)
    with pytest.raises(JobNotEnded, match="it can be replayed when it has ended"):
        check_replayable(home.store, recorded)
    gate.touch()
    home.completed(recorded)
    for path in PayloadStore(home.store.payload_folder).folder.iterdir():
        path.unlink()
    with pytest.raises(JobNotRecorded, match="1 of its recorded files are gone"):
        check_replayable(home.store, recorded)
    assert home.store.jobs.page().total == 2
