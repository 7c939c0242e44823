"""The table of job and instance statuses: in code, and as real jobs go through it."""

from __future__ import annotations

import signal
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from aibro.errors import IllegalTransition
from aibro.models import (
    InstanceStatus,
    InstanceSubstatus,
    JobStatus,
    JobSubstatus,
    Market,
    PeriodName,
)
from aibro.transitions import (
    INSTANCE_DURING,
    INSTANCE_NEXT,
    INSTANCE_SUBSTATUSES,
    JOB_NEXT,
    JOB_STATUS_OF,
    check_instance,
    check_job,
)
from tests.jobs import Home

Job, Doing = JobSubstatus, InstanceStatus

PAGE = Path(__file__).parents[1] / "docs" / "statuses.md"


def table(first: str) -> list[list[str]]:
    """The rows of the page's table whose first column has this heading."""
    lines = iter(PAGE.read_text("utf-8").splitlines())
    for line in lines:
        if cells(line)[0] == first:
            next(lines)
            return [cells(row) for row in takewhile(lambda row: row.startswith("|"), lines)]
    raise LookupError(first)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def words(cell: str) -> set[str]:
    return {word.strip() for word in cell.split(",") if word}


WHOLE_WAY = [
    (Job.REQUESTING_SERVER, None),
    (Job.CONNECTING_SERVER, Doing.LAUNCHING),
    (Job.SENDING, Doing.LAUNCHING),
    (Job.GEARING_ENV, Doing.LAUNCHING),
    (Job.TRAINING, Doing.EXECUTING),
    (Job.RETURNING, Doing.EXECUTING),
]


def test_the_code_has_the_statuses_of_the_page() -> None:
    jobs, instances = table("job status"), table("instance status")
    assert [
        (str(status), str(substatus), {str(s) for s in INSTANCE_DURING[substatus]})
        for substatus, status in JOB_STATUS_OF.items()
    ] == [(status, substatus, words(during)) for status, substatus, during in jobs]
    assert [
        (str(status), {str(substatus) for substatus in substatuses})
        for status, substatuses in INSTANCE_SUBSTATUSES.items()
    ] == [(status, words(substatuses) or {""}) for status, substatuses in instances]
    assert list(JOB_STATUS_OF) == list(JobSubstatus)
    assert list(dict.fromkeys(JOB_STATUS_OF.values())) == list(JobStatus)
    assert list(INSTANCE_SUBSTATUSES) == list(InstanceStatus)
    assert list(INSTANCE_DURING) == list(JobSubstatus)


def test_the_code_has_the_periods_of_the_page() -> None:
    periods = [period for period, _ in table("period")]
    assert periods == [str(name) for name in PeriodName]
    assert len(periods) == 11


@pytest.mark.parametrize("old", JobSubstatus)
@pytest.mark.parametrize("new", JobSubstatus)
def test_a_job_only_takes_steps_of_the_table(old: JobSubstatus, new: JobSubstatus) -> None:
    if new in JOB_NEXT[old]:
        assert check_job(old, new) is JOB_STATUS_OF[new]
    else:
        with pytest.raises(IllegalTransition, match=f"{old} cannot become {new}"):
            check_job(old, new)


def test_every_job_that_is_not_over_can_be_canceled_and_none_that_is() -> None:
    for substatus, following in JOB_NEXT.items():
        over = JOB_STATUS_OF[substatus] in {JobStatus.CANCELED, JobStatus.COMPLETED}
        assert (JobSubstatus.CANCELED in following) is not over


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("old", InstanceStatus)
@pytest.mark.parametrize("new", InstanceStatus)
def test_an_instance_only_takes_steps_of_the_table(
    old: InstanceStatus, new: InstanceStatus, market: Market
) -> None:
    if new not in INSTANCE_NEXT[old]:
        with pytest.raises(IllegalTransition, match=f"{old} cannot become {new}"):
            check_instance(old, new, market)
        return
    substatus = check_instance(old, new, market)
    assert substatus in INSTANCE_SUBSTATUSES[new]
    spot = market is Market.SPOT
    if new is InstanceStatus.CLOSED:
        expected = InstanceSubstatus.TERMINATED if spot else InstanceSubstatus.STOPPED
        assert substatus is expected


# --- real jobs ------------------------------------------------------------------------------------


def test_a_job_goes_the_whole_way(home: Home) -> None:
    job_id = home.job()
    home.completed(job_id)
    instance = home.instance(job_id)
    home.until_instance(instance.instance_id, InstanceStatus.CLOSED)
    assert home.pairs(job_id) == [
        *WHOLE_WAY,
        (Job.COMPLETED, Doing.CLOSING),
        (Job.COMPLETED, Doing.CLOSED),
    ]
    substatuses = [e.data["substatus"] for e in home.events(job_id) if e.kind == "instance"]
    assert substatuses == ["", "", "STOPPING", "STOPPED"]


def test_a_job_that_cools_its_instance_and_one_that_takes_it(home: Home) -> None:
    first = home.job(cool_down_period_s=60)
    home.completed(first)
    second = home.job()
    home.completed(second)
    home.until_instance(home.instance(second).instance_id, InstanceStatus.CLOSED)
    assert home.pairs(first) == [*WHOLE_WAY, (Job.COMPLETED, Doing.COOLING)]
    assert home.pairs(second) == [
        *WHOLE_WAY,
        (Job.COMPLETED, Doing.CLOSING),
        (Job.COMPLETED, Doing.CLOSED),
    ]


@pytest.mark.parametrize("held", ["gear", "load", "fit", "save"])
def test_a_job_canceled_on_its_way(
    home: Home, gate: Path, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = f"wait_for({str(gate)!r})"
    if held == "gear":
        monkeypatch.setenv("LIGHT_WORKER_GEAR", wait)
        job_id = home.job()
    else:
        scripts: dict[str, Any] = {held: wait}
        job_id = home.job(**scripts)
    home.until(job_id, {"fit": Job.TRAINING, "save": Job.RETURNING}.get(held, Job.GEARING_ENV))
    home.store.request_cancel(job_id)
    home.until(job_id, Job.CANCELED)
    home.until_instance(home.instance(job_id).instance_id, InstanceStatus.CLOSED)
    home.check_pairs(job_id)
    assert home.pairs(job_id)[-2:] == [(Job.CANCELED, Doing.CLOSING), (Job.CANCELED, Doing.CLOSED)]


def test_a_job_whose_training_fails(home: Home) -> None:
    job_id = home.job("1 / 0", cool_down_period_s=60)
    home.until(job_id, Job.CANCELED)
    assert home.pairs(job_id) == [*WHOLE_WAY[:5], (Job.CANCELED, Doing.COOLING)]


def test_a_job_that_cannot_be_loaded(home: Home) -> None:
    job_id = home.job(load="raise OSError('no such layer')", cool_down_period_s=60)
    home.until(job_id, Job.CANCELED)
    assert home.pairs(job_id) == [*WHOLE_WAY[:4], (Job.CANCELED, Doing.COOLING)]


def test_a_job_whose_instance_is_lost(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})", cool_down_period_s=60)
    home.until(job_id, Job.TRAINING)
    home.process(job_id, "worker").send_signal(signal.SIGKILL)
    home.until(job_id, Job.CANCELED)
    assert home.pairs(job_id) == [*WHOLE_WAY[:5], (Job.CANCELED, Doing.CLOSED)]


def test_a_job_whose_runner_is_lost(home: Home, gate: Path) -> None:
    job_id = home.job(f"wait_for({str(gate)!r})")
    home.until(job_id, Job.TRAINING)
    home.process(job_id, "runner").send_signal(signal.SIGKILL)
    home.until_ended(job_id)
    home.check_pairs(job_id)
    assert home.pairs(job_id)[-1] == (Job.CANCELED, Doing.CLOSED)
