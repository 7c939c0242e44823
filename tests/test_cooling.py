"""An idle instance is held for the next job, counts down, and can be extended or closed by hand."""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest

from aibro.models import InstanceStatus, InstanceSubstatus, JobStatus, JobSubstatus, PeriodName
from aibro.upkeep.deletion import delete_job
from aibro.upkeep.reaper import reap
from tests.jobs import Home, processes_of, until

PID = "epoch(1, pid=os.getpid())"


def pid(home: Home, job_id: str) -> int:
    """The process that trained the job, as its script told."""
    return int(home.get(job_id).metrics["pid"] or 0)


def cooled(home: Home, seconds: float = 60, **options: Any) -> tuple[str, str]:
    """A job that is over and its instance that cools."""
    job_id = home.job(PID, cool_down_period_s=float(seconds), **options)
    home.completed(job_id)
    instance = home.instance(job_id)
    assert instance.status is InstanceStatus.COOLING
    assert instance.substatus is InstanceSubstatus.COOLING
    return job_id, instance.instance_id


def test_the_next_job_runs_in_the_same_process(home: Home) -> None:
    first, instance_id = cooled(home)
    second = home.job(PID, cool_down_period_s=60.0)
    home.completed(second)
    assert home.instance(second).instance_id == instance_id
    assert pid(home, first) == pid(home, second)
    # The runner that held it is gone: the last one keeps it.
    until(lambda: len(processes_of(home.folder)) == 2, "one runner and one worker are left")


def test_on_a_reused_instance_what_did_not_happen_is_absent(home: Home) -> None:
    first, _ = cooled(home)
    second = home.job(PID)
    home.completed(second)
    assert PeriodName.ENV_GEAR_UP in home.periods(first)
    periods = home.periods(second)
    assert PeriodName.ENV_GEAR_UP not in periods
    assert PeriodName.REQUEST_LAUNCH not in periods
    assert PeriodName.INSTANCE_CONNECT in periods
    assert PeriodName.MODEL_TRAINING in periods


def test_taking_over_an_instance_is_faster_than_launching_one(home: Home) -> None:
    first, _ = cooled(home)
    others = [cooled(home)[0] for _ in range(3)]

    def connecting(job_id: str) -> float:
        start, end = home.periods(job_id)[PeriodName.INSTANCE_CONNECT]
        assert end is not None
        return end - start

    assert min(connecting(job_id) for job_id in others) < connecting(first)


def test_of_two_jobs_at_once_one_takes_it_and_the_other_launches(home: Home) -> None:
    first, instance_id = cooled(home)
    jobs = [home.job(PID), home.job(PID)]
    for job_id in jobs:
        home.completed(job_id)
    instances = [home.instance(job_id).instance_id for job_id in jobs]
    assert instances.count(instance_id) == 1
    assert [pid(home, job_id) == pid(home, first) for job_id in jobs].count(True) == 1
    for job_id in jobs:
        home.check_pairs(job_id)


def test_a_job_with_another_environment_launches_its_own(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = cooled(home)
    recorded = home.job(PID, recorded=True)
    home.completed(recorded)
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    flags = home.job(PID)
    home.completed(flags)
    assert len({pid(home, job_id) for job_id in (first, recorded, flags)}) == 3


def test_it_closes_when_its_time_is_up(home: Home) -> None:
    began = time.time()
    job_id = home.job(cool_down_period_s=1.0)
    home.completed(job_id)
    instance = home.instance(job_id)
    closed = home.until_instance(instance.instance_id, InstanceStatus.CLOSED)
    assert closed.substatus is InstanceSubstatus.STOPPED
    assert closed.closed_at is not None
    assert closed.closed_at - began > 1
    assert not (home.folder / "instances" / instance.instance_id).exists()
    until(lambda: not processes_of(home.folder), "nothing of it runs")


def test_it_is_extended(home: Home) -> None:
    _, instance_id = cooled(home, 8)
    before = home.store.instances.get(instance_id).cooling_until
    after = home.store.instances.extend(instance_id, 60).cooling_until
    assert before is not None
    assert after == before + 60
    until(lambda: time.time() > before + 0.5, "its first time is up")
    assert home.store.instances.get(instance_id).status is InstanceStatus.COOLING
    home.completed(home.job(PID))


def test_it_is_closed_by_hand(home: Home) -> None:
    _, instance_id = cooled(home)
    home.store.instances.request_close(instance_id)
    closed = home.until_instance(instance_id, InstanceStatus.CLOSED)
    assert closed.substatus is InstanceSubstatus.STOPPED
    until(lambda: not processes_of(home.folder), "nothing of it runs")


def test_a_job_whose_training_failed_leaves_a_good_instance(home: Home) -> None:
    first = home.job("print('fails'); raise ValueError('too hot')", cool_down_period_s=60.0)
    job = home.until(first, JobSubstatus.CANCELED)
    assert job.reason == "ValueError: too hot"
    second = home.job(PID)
    home.completed(second)
    assert home.instance(second).instance_id == job.instance_id
    log = (home.store.job_folder(first) / "log.txt").read_text()
    assert log == "fails\n"


def test_deleting_its_job_does_not_end_it(home: Home) -> None:
    job_id, instance_id = cooled(home)
    delete_job(home.store, job_id)
    reap(home.store)
    second = home.job(PID)
    home.completed(second)
    assert home.instance(second).instance_id == instance_id
    until(lambda: not home.store.job_folder(job_id).exists(), "the rest of its files is gone")


def test_when_its_keeper_is_killed_it_closes_and_the_next_job_launches(home: Home) -> None:
    first, instance_id = cooled(home)
    home.process(first, "runner").send_signal(signal.SIGKILL)
    second = home.job(PID)
    home.completed(second)
    assert home.instance(second).instance_id != instance_id
    reap(home.store)
    assert home.store.instances.get(instance_id).status is InstanceStatus.CLOSED
    home.check_pairs(second)
    assert home.get(first).status is JobStatus.COMPLETED


def test_when_its_process_is_killed_it_closes(home: Home) -> None:
    first, instance_id = cooled(home)
    home.process(first, "worker").send_signal(signal.SIGKILL)
    closed = home.until_instance(instance_id, InstanceStatus.CLOSED)
    assert closed.substatus is InstanceSubstatus.STOPPED
    assert home.get(first).status is JobStatus.COMPLETED


def test_when_its_process_is_killed_as_it_is_claimed_the_job_launches_another(home: Home) -> None:
    first, instance_id = cooled(home)
    worker = home.process(first, "worker")
    # Stopped, so that it is certainly claimed before it is dead.
    worker.suspend()
    second = home.job(PID)
    until(lambda: home.get(second).instance_id == instance_id, "it is claimed")
    worker.kill()
    home.completed(second)
    assert home.instance(second).instance_id != instance_id
    home.check_pairs(second)
    assert home.store.instances.get(instance_id).status is InstanceStatus.CLOSED


def test_jobs_that_claim_while_the_time_runs_out_all_complete(home: Home) -> None:
    # Each job leaves the instance for a moment only: some claim it, some are late.
    jobs = []
    for _ in range(6):
        jobs.append(home.job(PID, cool_down_period_s=0.25))
        home.completed(jobs[-1])
        home.check_pairs(jobs[-1])
    assert all(home.get(job_id).status is JobStatus.COMPLETED for job_id in jobs)
