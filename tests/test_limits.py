"""No more jobs and instances than the settings allow: the others wait their turn, and say so."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from aibro.errors import BadInput, UnknownMachine
from aibro.home import Settings, read_settings
from aibro.machines.known import find_machine
from aibro.models import InstanceStatus, JobSubstatus, ReasonKind, Wait, WaitSetting
from tests.jobs import Home, until


def held(gate: Path) -> str:
    return f"epoch(1, at=time.time()); wait_for({str(gate)!r})"


def test_jobs_beyond_the_limit_wait_and_start_in_order(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    first = home.job(held(gate))
    home.until(first, JobSubstatus.TRAINING)
    waiting = [home.job("epoch(1, at=time.time())") for _ in range(3)]
    home.until_noted(waiting[0], "Waiting for a free slot: 1 of 1 jobs are active")
    home.until_noted(waiting[2], "1 of 1 jobs are active, 2 waiting before this one")
    assert all(home.get(job).substatus is JobSubstatus.REQUESTING_SERVER for job in waiting)
    gate.touch()
    for job_id in waiting:
        home.completed(job_id)
    began = [home.get(job_id).metrics["at"] or 0 for job_id in [first, *waiting]]
    assert began == sorted(began)
    assert home.get(waiting[0]).note == ""


def test_a_job_that_waits_too_long_for_a_slot_is_canceled_and_says_why(
    home: Home, gate: Path
) -> None:
    home.settings(max_active_jobs=1)
    home.until(home.job(held(gate)), JobSubstatus.TRAINING)
    began = time.time()
    late = home.until(home.job(wait_new_job_create_s=1.0), JobSubstatus.CANCELED)
    assert time.time() - began >= 1
    assert late.reason_kind is ReasonKind.NO_SLOT
    assert late.reason is not None
    assert "waited 1 s (wait_new_job_create_s) in vain for a free slot" in late.reason
    assert f"raise max_active_jobs in {home.folder / 'settings.toml'}" in late.reason


def test_a_waiting_job_is_canceled_at_once(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    home.until(home.job(held(gate)), JobSubstatus.TRAINING)
    late = home.job()
    home.until_noted(late, "Waiting")
    home.store.request_cancel(late)
    job = home.until(late, JobSubstatus.CANCELED)
    assert (job.reason, job.instance_id) == ("canceled by the user", None)


def test_a_waiting_runner_that_died_blocks_nobody(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    home.until(home.job(held(gate)), JobSubstatus.TRAINING)
    dead, alive = home.job(), home.job()
    home.until_noted(alive, "1 waiting before this one")
    home.process(dead, "runner").send_signal(signal.SIGKILL)
    gate.touch()
    home.completed(alive)
    assert home.get(dead).reason == "its runner process ended before it began; start it again"


def test_a_runner_that_died_at_work_gives_its_slot_back(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    dead = home.job(held(gate))
    home.until(dead, JobSubstatus.TRAINING)
    waiting = home.job()
    home.until_noted(waiting, "Waiting")
    home.process(dead, "runner").send_signal(signal.SIGKILL)
    home.completed(waiting)
    assert home.get(dead).reason_kind is ReasonKind.RUNNER_LOST


def test_jobs_at_the_limit_of_instances_wait_and_start_in_order(home: Home, gate: Path) -> None:
    home.settings(max_active_instances=1)
    first = home.job(held(gate))
    home.until(first, JobSubstatus.TRAINING)
    waiting = [home.job("epoch(1, at=time.time())") for _ in range(2)]
    for job_id in waiting:
        home.until_noted(job_id, "Waiting for a free instance: 1 of 1 are in use")
        assert home.get(job_id).wait == Wait(
            setting=WaitSetting.MAX_ACTIVE_INSTANCES, machine_id="local.od"
        )
    gate.touch()
    for job_id in waiting:
        home.completed(job_id)
    began = [home.get(job_id).metrics["at"] or 0 for job_id in [first, *waiting]]
    assert began == sorted(began)


@pytest.mark.parametrize(
    ("option", "kind", "words"),
    [
        (
            "wait_new_job_create_s",
            ReasonKind.NO_SLOT,
            "waited 1 s (wait_new_job_create_s) in vain for a free instance",
        ),
        (
            "wait_request_s",
            ReasonKind.NO_INSTANCE,
            "local.od: no instance within 1 s (wait_request_s), all 1 (max_active_instances)",
        ),
    ],
)
def test_a_job_that_waits_too_long_for_an_instance_is_canceled_and_says_why(
    home: Home, gate: Path, option: str, kind: ReasonKind, words: str
) -> None:
    home.settings(max_active_instances=1)
    home.until(home.job(held(gate)), JobSubstatus.TRAINING)
    options: dict[str, Any] = {option: 1.0}
    late = home.until(home.job(**options), JobSubstatus.CANCELED)
    assert late.reason_kind is kind
    assert late.reason is not None
    assert words in late.reason


def test_a_cooling_instance_gives_way_to_a_job_that_needs_another(home: Home) -> None:
    home.settings(max_active_instances=1)
    first = home.job(cool_down_period_s=600.0)
    home.completed(first)
    cooling = home.instance(first)
    assert cooling.status is InstanceStatus.COOLING
    # A recorded job needs a worker that was started for it.
    second = home.job(recorded=True)
    home.completed(second)
    assert home.store.instances.get(cooling.instance_id).status is InstanceStatus.CLOSED


def test_waiting_jobs_leave_the_store_alone(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    home.until(home.job(held(gate)), JobSubstatus.TRAINING)
    waiting = [home.job() for _ in range(3)]
    home.until_noted(waiting[2], "2 waiting before this one")
    home.until_noted(waiting[1], "1 waiting before this one")
    home.until_noted(waiting[0], "are active")
    home.store.data_version()
    version = home.store.data_version()
    ends = time.monotonic() + 0.7
    until(lambda: time.monotonic() > ends, "a while has passed")
    assert home.store.data_version() == version


def test_a_machine_that_is_not_known_any_more(home: Home) -> None:
    job_id = home.job(machine_ids=["gone.od"])
    job = home.until(job_id, JobSubstatus.CANCELED)
    assert job.reason == "There is no machine 'gone.od'. Known machines: local.od."
    assert job.reason_kind is ReasonKind.BAD_INPUT


@pytest.mark.parametrize("machine_id", ["", "local", "LOCAL.OD", "x" * 10_000, "a\nb"])
def test_an_unknown_machine_is_refused_with_the_known_ones(home: Home, machine_id: str) -> None:
    with pytest.raises(UnknownMachine, match=r"Known machines: local\.od") as caught:
        find_machine(home.folder, machine_id)
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_active_jobs = 0", "max_active_jobs must be at least 1"),
        ("max_active_jobs = 'many'", "Expected `int`, got `str`"),
        ("max_jobs = 3", "unknown field `max_jobs`"),
        ("max_active_jobs = ", "Mend or remove it"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_their_place(
    home: Home, text: str, message: str
) -> None:
    (home.folder / "settings.toml").write_text(text)
    with pytest.raises(BadInput, match=message):
        read_settings(home.folder)
    job = home.until(home.job(), JobSubstatus.CANCELED)
    assert job.reason_kind is ReasonKind.BAD_INPUT
    assert str(home.folder / "settings.toml") in (job.reason or "")


def test_without_settings_the_defaults_hold(home: Home) -> None:
    assert read_settings(home.folder) == Settings()
