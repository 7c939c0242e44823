"""Two timelines side by side: the sentence is true, the table has every period of either."""

from __future__ import annotations

import msgspec
import pytest

from aibro.display.timeline_diff import compare_timelines, diff_bundle, render_diff
from aibro.errors import BadInput
from aibro.models import (
    TIMELINE_MIME,
    JobStatus,
    JobSubstatus,
    Period,
    PeriodName,
    Timeline,
    TimelineDiff,
)
from tests.display.support import HOSTILE, T0, Text, check_schema, size
from tests.display.test_timeline import COMPLETED, period

NEW = COMPLETED
WARM = msgspec.structs.replace(
    COMPLETED,
    job_id="0123456789ab",
    description="digits, warm",
    ended_at=T0 + 6.7,
    periods=[
        period(PeriodName.JOB_CREATE, 0, 0.041),
        period(PeriodName.INSTANCE_CONNECT, 0.1, 0.12),
        period(PeriodName.SERVER_SETUP, 0.12, 0.14),
        period(PeriodName.SERIALIZATION, 0.05, 0.14),
        period(PeriodName.TRANSFER, 0.14, 0.1523),
        period(PeriodName.DESERIALIZATION, 0.16, 0.25),
        period(PeriodName.MODEL_TRAINING, 0.25, 6.35),
        period(PeriodName.RESULT_SERIALIZATION, 6.35, 6.48),
        period(PeriodName.RESULT_TRANSFER, 6.48, 6.5),
    ],
)


def sentence(first: Timeline, second: Timeline) -> str:
    return compare_timelines(first, second).sentence


def trained(seconds: float, job_id: str = COMPLETED.job_id) -> Timeline:
    return msgspec.structs.replace(
        COMPLETED,
        job_id=job_id,
        ended_at=T0 + seconds,
        periods=[period(PeriodName.MODEL_TRAINING, 0, seconds)],
    )


def test_a_cooling_instance_is_said_to_save_what_it_saved() -> None:
    assert sentence(NEW, WARM) == (
        "On the cooling instance 3.10 s were saved: Env Gear up 3.02 s, Instance Connect 240 ms."
    )
    assert sentence(WARM, NEW) == (
        "On the new instance 3.10 s more were taken: Env Gear up 3.02 s, Instance Connect 240 ms."
    )


def test_what_has_nothing_to_do_with_the_instance_is_not_put_down_to_it() -> None:
    short = msgspec.structs.replace(
        WARM,
        ended_at=T0 + 0.7,
        periods=[*WARM.periods[:6], period(PeriodName.MODEL_TRAINING, 0.25, 0.35)],
    )
    long = msgspec.structs.replace(
        NEW,
        ended_at=T0 + 99,
        periods=[*NEW.periods[:8], period(PeriodName.MODEL_TRAINING, 3.5, 98.9)],
    )
    assert sentence(long, short).startswith(
        "The second job took 1 min 38 s less: Model Training 1 min 35 s."
    )


def test_what_went_the_other_way_is_named_too() -> None:
    long = msgspec.structs.replace(
        WARM,
        ended_at=T0 + 60,
        periods=[*WARM.periods[:6], period(PeriodName.MODEL_TRAINING, 0.25, 59.9)],
    )
    assert sentence(NEW, long) == (
        "The second job took 50.2 s more: Model Training 53.6 s; but Env Gear up 3.02 s less."
    )


def test_two_that_took_as_long_are_said_to() -> None:
    assert sentence(trained(10), trained(10.09, WARM.job_id)) == "Both took 10.1 s."


def test_a_longer_second_one_is_said_to_take_more() -> None:
    assert (
        sentence(trained(4), trained(6, WARM.job_id))
        == "The second job took 2.00 s more: Model Training 2.00 s."
    )


RUNNING = msgspec.structs.replace(
    WARM,
    status=JobStatus.TRAINING,
    substatus=JobSubstatus.TRAINING,
    ended_at=None,
    as_of=T0 + 3,
    periods=[period(PeriodName.JOB_CREATE, 0, 0.041), period(PeriodName.MODEL_TRAINING, 1, None)],
)


def test_what_a_running_job_takes_in_the_end_nobody_says() -> None:
    assert (
        sentence(trained(5), RUNNING) == "The first job took 5.00 s, the second has not ended yet."
    )
    assert (
        sentence(RUNNING, trained(5)) == "The first job has not ended yet, the second took 5.00 s."
    )
    text = Text(render_diff(compare_timelines(NEW, RUNNING)).html).text
    # Neither what goes on nor what may still come makes a difference yet.
    assert "Model Training 6.10 s 2.00 s Result" in text
    assert "Env Gear up 3.02 s - M&D" in text
    assert text.endswith("In all 9.80 s 3.00 s")


def test_a_job_that_was_canceled_saved_nothing() -> None:
    canceled = msgspec.structs.replace(
        WARM, status=JobStatus.CANCELED, substatus=JobSubstatus.CANCELED
    )
    assert sentence(NEW, canceled) == (
        "The first job took 9.80 s, the second was canceled after 6.70 s."
    )


def test_jobs_that_did_nothing_yet_can_be_compared() -> None:
    nothing = msgspec.structs.replace(COMPLETED, periods=[], ended_at=T0)
    diff = compare_timelines(nothing, msgspec.structs.replace(nothing, job_id="0123456789ab"))
    assert diff.sentence == "Both took 0 ms."
    assert "In all" in render_diff(diff).text


def test_a_job_is_not_compared_with_itself() -> None:
    with pytest.raises(BadInput, match="cannot be compared with itself; name two jobs"):
        compare_timelines(COMPLETED, COMPLETED)


def test_time_in_which_the_second_job_waited_is_named() -> None:
    waited = msgspec.structs.replace(
        trained(30, WARM.job_id), periods=[period(PeriodName.MODEL_TRAINING, 20, 30)]
    )
    diff = compare_timelines(trained(10), waited)
    assert diff.sentence == "The second job took 20.0 s more: Idle 20.0 s."
    assert "Idle 0 ms 20.0 s +20.0 s" in Text(render_diff(diff).html).text


def test_both_forms_have_every_period_of_either_with_both_durations() -> None:
    bundle = render_diff(compare_timelines(NEW, WARM))
    for text in (" ".join(bundle.text.split()), Text(bundle.html).text):
        assert text.startswith("On the cooling instance 3.10 s were saved")
        assert "Period digits, first try digits, warm Difference" in text
        assert "Env Gear up 3.02 s - \N{MINUS SIGN}3.02 s" in text
        assert "Result Serialization 80 ms 130 ms +50 ms" in text
        assert "M&D Serialization 90 ms 90 ms M&D Transfer" not in text
        assert "In all 9.80 s 6.70 s \N{MINUS SIGN}3.10 s" in text
        positions = [text.index(f" {name} ", 100) for name in PeriodName]
        assert positions == sorted(positions)


def test_the_bundle_has_the_timelines_type_and_holds_both() -> None:
    bundle = diff_bundle(compare_timelines(NEW, WARM))
    assert set(bundle) == {TIMELINE_MIME, "text/html", "text/plain"}
    diff = msgspec.convert(bundle[TIMELINE_MIME], TimelineDiff)
    assert (diff.first, diff.second) == (NEW, WARM)
    check_schema(bundle[TIMELINE_MIME], TimelineDiff)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_output_stays_small_whatever_is_in_it(text: str) -> None:
    pieces = [period(name, 2 * i + 0.123457, 2 * i + 1) for i in range(40) for name in PeriodName]
    hostile = msgspec.structs.replace(
        COMPLETED, description=text, reason=text, advice=text, periods=pieces, ended_at=T0 + 90
    )
    other = msgspec.structs.replace(hostile, job_id=WARM.job_id)
    bundle = diff_bundle(compare_timelines(hostile, other))
    assert size(bundle[TIMELINE_MIME]) <= 4096
    assert size(bundle) <= 8192
    diff = msgspec.convert(bundle[TIMELINE_MIME], TimelineDiff)
    assert len(diff.first.periods) == len(PeriodName)


def test_markup_in_a_description_is_text() -> None:
    evil = "<img src=x>"
    bundle = render_diff(compare_timelines(msgspec.structs.replace(NEW, description=evil), WARM))
    assert Text(bundle.html).tags == {"p", "b", "table", "tr", "th", "td"}
    assert evil in Text(bundle.html).text
    assert isinstance(bundle.diff.first.periods[0], Period)


def test_attempts_are_counted_where_either_job_had_several() -> None:
    taken = msgspec.structs.replace(
        trained(9, job_id="0123456789ab"),
        periods=[
            period(PeriodName.MODEL_TRAINING, 0, 4),
            msgspec.structs.replace(period(PeriodName.MODEL_TRAINING, 5, 9), attempt=2),
        ],
    )
    text = render_diff(compare_timelines(trained(8), taken)).text
    lines = [line.split() for line in text.splitlines()]
    assert ["Attempts", "1", "2"] in lines
    assert ["Model", "Training", "8.00", "s", "8.00", "s"] in lines
    assert "Attempts" not in render_diff(compare_timelines(NEW, WARM)).text
