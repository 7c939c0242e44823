"""A job's card says everything in words, in few bytes, whatever the job is called."""

from __future__ import annotations

import html
from typing import Any

import msgspec
import pytest

from aibro.display.format import format_about, format_size
from aibro.display.job_card import job_bundle, render_card
from aibro.models import (
    JOB_MIME,
    JobCard,
    JobStatus,
    JobSubstatus,
    ReasonKind,
    VerdictName,
)
from tests.display.support import CARD, HOSTILE, JOB, T0, Text, check_schema, size


def card(changes: dict[str, Any] | None = None, **job: Any) -> JobCard:
    """The card of the job with these changes."""
    changed = msgspec.structs.replace(CARD.job, **job)
    return msgspec.structs.replace(CARD, job=changed, **(changes or {}))


CANCELED = card(
    {"reached": JobSubstatus.GEARING_ENV, "left_s": None},
    status=JobStatus.CANCELED,
    substatus=JobSubstatus.CANCELED,
    reason="ValueError: bad luck",
    reason_kind=ReasonKind.TRAINING_ERROR,
    traceback="Traceback " * 5000,
    ended_at=T0 + 30,
)
COMPLETED = card(
    {"reached": JobSubstatus.COMPLETED, "left_s": None},
    status=JobStatus.COMPLETED,
    substatus=JobSubstatus.COMPLETED,
    epoch=10,
    batch=0,
    ended_at=T0 + 61,
)


def texts(of: JobCard) -> list[str]:
    bundle = render_card(of)
    return [" ".join(bundle.text.split()), Text(bundle.html).text]


def test_the_bundle_has_what_jupyterlab_draws_and_two_forms_for_the_others() -> None:
    bundle = job_bundle(CARD)
    assert set(bundle) == {JOB_MIME, "text/html", "text/plain"}
    assert msgspec.convert(bundle[JOB_MIME], JobCard) == CARD
    check_schema(bundle[JOB_MIME], JobCard)


def test_a_training_job_says_how_far_it_is() -> None:
    for text in texts(CARD):
        assert text.startswith("digits, first try · 20.0 s · TRAINING")
        assert "✓ GEARING ENV, ▶ TRAINING, RETURNING" in text
        assert "3 of 10, batch 12 of 60, about 42 s left" in text
        assert "loss 0.2135, accuracy 0.91" in text
        assert "By epoch loss █▄▁ 0.9 to 0.2135" in text
        assert "model 21.6 kB, data 188 MB" in text
        assert "7f3a2c91d0e4, on local.od, recorded" in text


def test_the_title_says_which_attempt_it_is_from_the_second_on() -> None:
    job = msgspec.structs.replace(CARD.job, attempt=2)
    for text in texts(msgspec.structs.replace(CARD, job=job)):
        assert text.startswith("digits, first try · 20.0 s · attempt 2 · TRAINING")


def test_it_says_when_the_kernel_is_not_needed_any_more() -> None:
    for text in texts(CARD):
        assert "Safe to close: the job goes on without it" in text
    for text in texts(card(needs_kernel=True, status=JobStatus.QUEUING)):
        assert "Needed until model and data are stored" in text
        assert "data 188 MB (about 3 s to store and send)" in text
    for text in texts(COMPLETED):
        assert "Kernel" not in text


def test_a_completed_job_has_taken_every_step() -> None:
    for text in texts(COMPLETED):
        assert text.startswith("digits, first try · 1 min 01 s · COMPLETED")
        assert text.count("✓") == 6
        assert "▶" not in text
        assert "10 of 10" in text
        assert "left" not in text


def test_a_canceled_job_says_why_and_at_which_step() -> None:
    for text in texts(CANCELED):
        assert "· 30.0 s · CANCELED Reason ValueError: bad luck" in text
        assert "✓ SENDING MODEL & DATA, ✕ GEARING ENV, TRAINING" in text
    assert render_card(CANCELED).card.job.traceback is None


def test_a_job_that_waits_says_what_for() -> None:
    waiting = card(
        {"reached": JobSubstatus.REQUESTING_SERVER},
        status=JobStatus.QUEUING,
        substatus=JobSubstatus.REQUESTING_SERVER,
        note="Waiting for a free slot: 5 of 5 jobs are active",
        epoch=0,
    )
    for text in texts(waiting):
        assert "Now Waiting for a free slot: 5 of 5 jobs are active" in text
        assert "▶ REQUESTING SERVER" in text
    for text in texts(card(cancel_requested=True)):
        assert "Now Canceling" in text


def test_a_replay_says_of_what_and_how_it_came_out() -> None:
    replay = card(replay_of="0123456789ab", from_epoch=4, verdict=VerdictName.DIVERGED)
    for text in texts(replay):
        assert "replays 0123456789ab from epoch 4" in text
        assert "Verdict DIVERGED" in text


def test_a_metric_that_is_no_number_is_a_gap_and_says_so() -> None:
    broken = card({"values": [0.5, None, 0.1]}, metrics={"loss": None})
    for text in texts(broken):
        assert "█ ▁ 0.5 to 0.1" in text
        assert "loss not a number" in text


def test_values_that_stay_the_same_are_a_flat_line() -> None:
    assert "▁▁▁ 0.5 to 0.5" in render_card(card({"values": [0.5] * 3})).text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_output_stays_small_whatever_is_in_it(text: str) -> None:
    metrics = {text: 0.1} | {f"{text[:80]}{number}": -1.5e-300 for number in range(10_000)}
    job = msgspec.structs.replace(
        JOB, description=text, note=text, reason=text, traceback=text, metrics=metrics
    )
    values: list[float | None] = [-1.2345e-300] * 50
    bundle = job_bundle(msgspec.structs.replace(CARD, job=job, metric=text, values=values))
    assert size(bundle[JOB_MIME]) <= 4096
    assert size(bundle) <= 8192
    check_schema(bundle[JOB_MIME], JobCard)


def test_the_first_metrics_are_kept_with_their_names_whole() -> None:
    many: dict[str, float | None] = {f"metric_{number}": 0.5 for number in range(10_000)}
    bundle = render_card(card(metrics=many))
    kept = list(bundle.card.job.metrics)
    assert len(kept) > 10
    assert kept == list(many)[: len(kept)]
    assert "metric_3 0.5, …" in bundle.text


def test_markup_in_any_text_is_text() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">&lt;'
    source = render_card(
        card({"metric": evil}, description=evil, note=evil, reason=evil, metrics={evil: 0.1})
    ).html
    found = Text(source)
    assert found.tags == {"p", "b", "table", "tr", "td"}
    assert found.attributes == {"align", "style"}
    assert html.escape(evil, quote=False) in source


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = render_card(card(description="a\x1b[31mb\r\nc", reason="\x1b[2Jno\n")).text
    assert "\x1b" not in text
    assert text.splitlines()[0].startswith("a[31mb c · ")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (205_099, "205 kB"),
        (4_200_000, "4.2 MB"),
        (999_999, "1,000 kB"),
        (10**9, "1 GB"),
        (25 * 10**14, "2,500 TB"),
    ],
)
def test_a_size_reads_in_the_unit_that_fits(number: int, text: str) -> None:
    assert format_size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (3.4, "3 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (150, "3 min"),
        (3900, "1 h 05 min"),
    ],
)
def test_an_estimate_has_no_digits_that_nobody_can_know(seconds: float, text: str) -> None:
    assert format_about(seconds) == text
