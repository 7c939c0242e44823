import html
import json
import re
from pathlib import Path

import msgspec
import pytest

from aibro.display.format import format_duration, format_share
from aibro.display.reading import read_timeline
from aibro.display.timeline import render_timeline, timeline_bundle
from aibro.models import (
    TIMELINE_MIME,
    ChartType,
    JobStatus,
    JobSubstatus,
    Period,
    PeriodName,
    Timeline,
)
from tests.display.support import HOSTILE, T0, Text, check_schema, size

ROOT = Path(__file__).parents[2]
DURATIONS = json.loads((Path(__file__).parent / "durations.json").read_text("utf-8"))


def period(name: PeriodName, start: float, end: float | None) -> Period:
    return Period(name=name, start=T0 + start, end=None if end is None else T0 + end)


ALL_PERIODS = [
    period(PeriodName.JOB_CREATE, 0, 0.041),
    period(PeriodName.REQUEST_LAUNCH, 0.05, 0.1),
    period(PeriodName.INSTANCE_CONNECT, 0.1, 0.36),
    period(PeriodName.SERVER_SETUP, 0.36, 0.4),
    period(PeriodName.SERIALIZATION, 0.05, 0.14),
    period(PeriodName.ENV_GEAR_UP, 0.4, 3.42),
    period(PeriodName.TRANSFER, 0.4, 0.4123),
    period(PeriodName.DESERIALIZATION, 3.42, 3.51),
    period(PeriodName.MODEL_TRAINING, 3.5, 9.6),
    period(PeriodName.RESULT_SERIALIZATION, 9.6, 9.68),
    period(PeriodName.RESULT_TRANSFER, 9.68, 9.7),
]

COMPLETED = Timeline(
    job_id="7f3a2c91d0",
    description="digits, first try",
    status=JobStatus.COMPLETED,
    substatus=JobSubstatus.COMPLETED,
    reason=None,
    char_type=ChartType.FUNNEL,
    created_at=T0,
    ended_at=T0 + 9.8,
    as_of=T0 + 9.9,
    periods=ALL_PERIODS,
)

TRAINING = msgspec.structs.replace(
    COMPLETED,
    status=JobStatus.TRAINING,
    substatus=JobSubstatus.TRAINING,
    ended_at=None,
    as_of=T0 + 5,
    periods=[*ALL_PERIODS[:8], period(PeriodName.MODEL_TRAINING, 3.5, None)],
)


@pytest.mark.parametrize(("seconds", "text"), DURATIONS)
def test_a_duration_reads_as_in_the_browser(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), -float("inf")])
def test_a_duration_that_is_no_number_is_nothing(seconds: float) -> None:
    assert format_duration(seconds) == "0 ms"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.622, "62 %"), (1.3, "130 %"), (0.005, "1 %"), (0.001, "<1 %"), (0, ""), (float("nan"), "")],
)
def test_a_share_reads_as_in_the_browser(share: float, text: str) -> None:
    assert format_share(share) == text


def test_the_bundle_has_what_jupyterlab_draws_and_two_forms_for_the_others() -> None:
    bundle = timeline_bundle(COMPLETED)
    assert set(bundle) == {TIMELINE_MIME, "text/html", "text/plain"}
    assert msgspec.convert(bundle[TIMELINE_MIME], Timeline) == COMPLETED
    check_schema(bundle[TIMELINE_MIME], Timeline)


def test_both_forms_say_title_and_every_period_with_duration_and_share() -> None:
    bundle = render_timeline(COMPLETED)
    for text in (bundle.text, Text(bundle.html).text):
        assert text.startswith("digits, first try · 9.80 s, 109 ms idle · COMPLETED")
        positions = [text.index(name.value) for name in PeriodName]
        assert positions == sorted(positions)
        assert re.search(r"Env Gear up\W+3\.02 s\s+31 %", text)
        assert re.search(r"M&D Transfer\W+12 ms\s+<1 %", text)
        assert re.search(r"Model Training\W+6\.10 s\s+62 %", text)


def test_a_period_that_did_not_happen_is_absent() -> None:
    on_demand = msgspec.structs.replace(
        COMPLETED, periods=[it for it in ALL_PERIODS if it.name is not PeriodName.REQUEST_LAUNCH]
    )
    bundle = render_timeline(on_demand)
    assert "Request Launch" not in bundle.text + bundle.html


def test_wall_time_is_not_the_sum_of_periods_that_overlap() -> None:
    overlapping = msgspec.structs.replace(
        COMPLETED,
        ended_at=T0 + 10,
        periods=[
            period(PeriodName.ENV_GEAR_UP, 0, 8),
            period(PeriodName.TRANSFER, 0, 8),
        ],
    )
    text = render_timeline(overlapping).text
    assert "· 10.0 s, 2.00 s idle ·" in text
    assert text.count("80 %") == 2


def test_time_in_which_nothing_went_on_is_idle_and_overlaps_count_once() -> None:
    waited = msgspec.structs.replace(
        COMPLETED,
        ended_at=T0 + 10,
        periods=[
            period(PeriodName.JOB_CREATE, 0, 1),
            period(PeriodName.SERIALIZATION, 0.5, 3),
            period(PeriodName.ENV_GEAR_UP, 6, 9),
            period(PeriodName.TRANSFER, 7, 8),
        ],
    )
    assert read_timeline(waited).idle_time == pytest.approx(4)
    assert "· 10.0 s, 4.00 s idle · COMPLETED" in render_timeline(waited).text


def test_a_job_that_was_never_idle_does_not_say_so() -> None:
    busy = msgspec.structs.replace(
        TRAINING, periods=[period(PeriodName.MODEL_TRAINING, 0, None)], as_of=T0 + 5
    )
    assert "idle" not in render_timeline(busy).text


def test_an_open_period_reaches_to_the_snapshot_and_looks_open() -> None:
    (line,) = (
        it for it in render_timeline(TRAINING).text.splitlines() if it.startswith("Model Training")
    )
    assert "1.50 s" in line
    assert "▒" in line
    assert "█" not in line


def test_an_open_period_of_a_killed_job_ends_with_the_job() -> None:
    killed = msgspec.structs.replace(
        TRAINING,
        status=JobStatus.CANCELED,
        substatus=JobSubstatus.CANCELED,
        reason="the runner was lost",
        ended_at=T0 + 4.5,
        as_of=T0 + 1000,
    )
    bundle = render_timeline(killed)
    assert re.search(r"Model Training\W+1\.00 s", bundle.text)
    assert "the runner was lost" in bundle.text
    assert "the runner was lost" in bundle.html


def test_the_text_is_aligned() -> None:
    rows = render_timeline(COMPLETED).text.splitlines()[2:13]
    ends = {row.rindex("%") for row in rows}
    assert len(ends) == 1


def test_the_text_has_as_many_lines_as_the_chart_is_high() -> None:
    # A title and buttons of 64 px and 24 px a period, in lines of 17 px.
    lines = len(render_timeline(COMPLETED).text.split("\n"))
    assert abs(lines * 17 - (64 + 24 * 11)) <= 17


@pytest.mark.parametrize("description", HOSTILE.values(), ids=HOSTILE)
def test_the_output_stays_small_whatever_is_in_it(description: str) -> None:
    bundle = timeline_bundle(
        msgspec.structs.replace(
            COMPLETED, description=description, reason=description * 2, advice=description
        )
    )
    assert size(bundle[TIMELINE_MIME]) <= 4096
    assert size(bundle) <= 8192


def test_a_period_in_very_many_pieces_is_put_together_and_keeps_its_duration() -> None:
    pieces = [period(PeriodName.INSTANCE_CONNECT, 2 * i, 2 * i + 1) for i in range(200)]
    bundle = render_timeline(msgspec.structs.replace(COMPLETED, periods=pieces, ended_at=T0 + 400))
    assert len(msgspec.json.encode(bundle.timeline)) <= 4096
    (joined,) = bundle.timeline.periods
    assert joined.end is not None
    assert joined.end == pytest.approx(T0 + 399)
    assert joined.end - joined.start == pytest.approx(200)
    assert "3 min 20 s" in bundle.text


def retried(attempts: int) -> Timeline:
    """A job that trains, whose machine was taken away all but the last time, after 20 s."""
    periods = [
        Period(name, T0 + 20 * attempt + i, T0 + 20 * attempt + i + 1, attempt + 1)
        for attempt in range(attempts)
        for i, name in enumerate(PeriodName)
    ]
    return msgspec.structs.replace(TRAINING, periods=periods, as_of=T0 + 20 * attempts)


def test_the_title_says_which_attempt_it_is_from_the_second_on() -> None:
    assert "attempt" not in render_timeline(retried(1)).text
    bundle = render_timeline(retried(2))
    for text in (bundle.text, Text(bundle.html).text):
        assert "idle · attempt 2 · TRAINING" in text.split("Job Create")[0]
    assert re.search(r"Model Training\W+2\.00 s", bundle.text)


@pytest.mark.parametrize("attempts", [2, 3, 4, 10, 100])
def test_the_latest_attempts_stay_apart_as_far_as_there_is_room(attempts: int) -> None:
    timeline = retried(attempts)
    bundle = render_timeline(timeline)
    assert size(timeline_bundle(timeline)) <= 8192
    assert len(msgspec.json.encode(bundle.timeline)) <= 4096
    assert f"attempt {attempts} ·" in bundle.text
    kept = {period.attempt for period in bundle.timeline.periods}
    assert attempts in kept
    assert len(kept) > 1
    last = [period for period in timeline.periods if period.attempt == attempts]
    assert bundle.timeline.periods[-len(last) :] == last
    whole, cut = (read_timeline(it).rows for it in (timeline, bundle.timeline))
    assert [row.duration for row in cut] == pytest.approx([row.duration for row in whole])


def test_a_cut_description_says_that_it_was_cut() -> None:
    cut = render_timeline(msgspec.structs.replace(COMPLETED, description="long " * 500)).timeline
    assert cut.description.startswith("long long")
    assert cut.description.endswith("…")


def test_advice_stands_under_the_title_in_every_form() -> None:
    advice = "Env Gear up took 31 % of 9.80 s; & so on."
    bundle = render_timeline(msgspec.structs.replace(COMPLETED, advice=advice))
    assert bundle.timeline.advice == advice
    assert bundle.text.splitlines()[1] == advice
    assert advice in Text(bundle.html).text


def test_markup_in_a_description_is_text() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">&lt;'
    source = render_timeline(msgspec.structs.replace(COMPLETED, description=evil, reason=evil)).html
    found = Text(source)
    assert found.tags == {"p", "b", "br", "table", "tr", "td"}
    assert found.attributes == {"align", "aria-hidden", "style"}
    assert html.escape(evil, quote=False) in source


def test_control_characters_do_not_reach_the_terminal() -> None:
    text = render_timeline(
        msgspec.structs.replace(COMPLETED, description="a\x1b[31mb\r\nc\u202ed")
    ).text
    assert text.splitlines()[0] == "a[31mb cd · 9.80 s, 109 ms idle · COMPLETED"


def test_without_styles_the_table_still_has_its_bars() -> None:
    stripped = re.sub(r' style="[^"]*"', "", render_timeline(COMPLETED).html)
    bars = [len(bar) for bar in re.findall("█+", stripped)]
    assert max(bars) == 24
    assert len(bars) == 11


def test_a_job_that_did_nothing_yet_has_an_output_too() -> None:
    bundle = render_timeline(msgspec.structs.replace(TRAINING, periods=[], as_of=T0))
    assert bundle.text.startswith("digits, first try · 0 ms · TRAINING")


def test_a_period_has_the_same_colour_as_in_jupyterlab() -> None:
    source = (ROOT / "src" / "timeline" / "colours.ts").read_text("utf-8")
    colours = dict(re.findall(r"'([^']+)': '(#[0-9a-f]{6})'", source))
    rows = re.findall(
        r'<td align="left"[^>]*>([^<]+)</td>.*?color:(#[0-9a-f]{6})',
        render_timeline(COMPLETED).html,
    )
    assert {html.unescape(name): colour for name, colour in rows} == colours
