"""Advice is given where it is true, with the number that was measured, and otherwise not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from aibro.display.advice import advised
from aibro.models import JobSubstatus, PeriodName, Wait, WaitSetting
from aibro.store import Store
from aibro.store.lifecycle import Ending
from tests.jobs import Home, until
from tests.store.support import SUBMISSION, add_instance, complete, fastest, fill, read_all

JobTimes = dict[PeriodName, tuple[float, float]]

COLD: JobTimes = {
    PeriodName.SERIALIZATION: (0.05, 0.15),
    PeriodName.INSTANCE_CONNECT: (0.1, 0.4),
    PeriodName.SERVER_SETUP: (0.4, 0.45),
    PeriodName.ENV_GEAR_UP: (0.45, 7.41),
    PeriodName.TRANSFER: (0.45, 0.47),
    PeriodName.DESERIALIZATION: (7.42, 7.5),
    PeriodName.MODEL_TRAINING: (7.5, 9.7),
}
WARM: JobTimes = {
    PeriodName.SERIALIZATION: (0.05, 0.15),
    PeriodName.INSTANCE_CONNECT: (0.1, 0.14),
    PeriodName.SERVER_SETUP: (0.14, 0.2),
    PeriodName.TRANSFER: (0.2, 0.22),
    PeriodName.DESERIALIZATION: (0.22, 0.3),
    PeriodName.MODEL_TRAINING: (0.3, 2.5),
}
T0 = 1795377600.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()


def run(
    store: Store,
    times: JobTimes,
    *,
    took: float = 9.8,
    cool_down_period_s: float = 0,
    replay_of: str | None = None,
) -> str:
    """A job that has completed, with these periods."""
    job_id = store.jobs.new_id()
    submission = msgspec.structs.replace(
        SUBMISSION, called_at=T0, cool_down_period_s=cool_down_period_s
    )
    store.jobs.create(
        submission, job_id=job_id, description="", epochs=1, recorded=False, replay_of=replay_of
    )
    assert add_instance(store, job_id)
    for name, (start, end) in times.items():
        store.lifecycle.period(job_id, name, T0 + start, T0 + end)
    complete(store, job_id)
    with store.database.write() as write:
        write.execute("UPDATE jobs SET ended_at = ? WHERE job_id = ?", (T0 + took, job_id))
        write.execute(
            "UPDATE periods SET ended_at = ? WHERE job_id = ? AND name = 'Job Create'",
            (T0 + 0.05, job_id),
        )
    return job_id


def advice(store: Store, job_id: str) -> str | None:
    return advised(store, store.history.timeline(job_id)).advice


def test_a_new_instance_that_cost_much_is_said_with_what_holding_one_saves(store: Store) -> None:
    assert advice(store, run(store, COLD)) == (
        "Env Gear up took 71 % of 9.80 s; with cool_down_period_s=600 the next job on local.od "
        "would start 7.25 s sooner."
    )


def test_what_jobs_on_a_cooling_instance_took_counts_more_than_a_guess(store: Store) -> None:
    slow = WARM | {PeriodName.SERVER_SETUP: (0.14, 3.2), PeriodName.DESERIALIZATION: (3.3, 3.4)}
    for times in (WARM, slow, slow):
        run(store, times)
    assert advice(store, run(store, COLD)) == (
        "Env Gear up took 71 % of 9.80 s; with cool_down_period_s=600 the next job on local.od "
        "would start 4.20 s sooner, by what 3 jobs on a cooling instance took."
    )


def test_time_in_which_data_was_stored_anyway_is_not_promised(store: Store) -> None:
    storing = COLD | {
        PeriodName.SERIALIZATION: (0.05, 7.0),
        PeriodName.TRANSFER: (7.0, 7.4),
    }
    assert advice(store, run(store, storing)) is None


@pytest.mark.parametrize(
    ("times", "took"),
    [(COLD | {PeriodName.MODEL_TRAINING: (7.5, 60)}, 60.1), (WARM, 2.6)],
    ids=["a small part", "a cooling instance"],
)
def test_where_little_would_be_saved_nothing_is_said(
    store: Store, times: JobTimes, took: float
) -> None:
    assert advice(store, run(store, times, took=took)) is None


def test_less_than_a_second_is_not_worth_a_word(store: Store) -> None:
    quick = {name: (start / 10, end / 10) for name, (start, end) in COLD.items()}
    assert advice(store, run(store, quick, took=0.98)) is None


def test_a_job_that_holds_its_instance_already_is_not_told_to(store: Store) -> None:
    assert advice(store, run(store, COLD, cool_down_period_s=60)) is None


def test_a_replay_is_not_told_what_it_cannot_do(store: Store) -> None:
    assert advice(store, run(store, COLD, replay_of="0123456789ab")) is None


def test_a_job_that_runs_or_was_canceled_gets_no_advice(store: Store) -> None:
    job_id = store.jobs.new_id()
    store.jobs.create(SUBMISSION, job_id=job_id, description="", epochs=1, recorded=False)
    assert advice(store, job_id) is None
    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.CANCELED, reason="a reason"))
    assert advice(store, job_id) is None


def waited(store: Store, *notes: tuple[str, Wait | None, float]) -> str:
    """A job of 20 seconds that has completed, with notes so many seconds before its end."""
    job_id = store.jobs.new_id()
    now = time.time()
    submission = msgspec.structs.replace(SUBMISSION, called_at=now - 20)
    store.jobs.create(submission, job_id=job_id, description="", epochs=1, recorded=False)
    for note, wait, _ in notes:
        store.lifecycle.note(job_id, note, wait)
    assert add_instance(store, job_id)
    complete(store, job_id)
    noted = [event for event in store.history.events(job_id).events if event.kind == "note"]
    with store.database.write() as write:
        for event, (note, _, before) in zip(noted, notes, strict=True):
            assert event.data["note"] == note
            write.execute("UPDATE events SET at = ? WHERE seq = ?", (now - before, event.seq))
        write.execute("UPDATE jobs SET ended_at = ? WHERE job_id = ?", (now, job_id))
        write.execute("DELETE FROM periods WHERE job_id = ?", (job_id,))
    return job_id


@pytest.mark.parametrize(
    ("wait", "limit"),
    [
        (
            Wait(setting=WaitSetting.MAX_ACTIVE_JOBS, machine_id=None),
            "max_active_jobs in settings.toml",
        ),
        (
            Wait(setting=WaitSetting.MAX_ACTIVE_INSTANCES, machine_id="gpu.l4"),
            "max_active_instances in settings.toml",
        ),
        (
            Wait(setting=WaitSetting.CAPACITY, machine_id="gpu.l4"),
            "capacity of gpu.l4 in machines.toml",
        ),
    ],
    ids=["active jobs", "active instances", "a machine's capacity"],
)
def test_a_limit_that_was_waited_at_is_named(store: Store, wait: Wait, limit: str) -> None:
    job_id = waited(
        store,
        ("Waiting: 5 of 5", wait, 19),
        ("Waiting: 4 of 5, 1 waiting before this one", wait, 12),
        ("", None, 7),
    )
    assert advice(store, job_id) == f"12.0 s of 20.0 s went by waiting: {limit} was reached."


def test_the_capacities_of_two_machines_are_told_apart(store: Store) -> None:
    job_id = waited(
        store,
        ("for one", Wait(setting=WaitSetting.CAPACITY, machine_id="gpu.l4"), 19),
        ("for the other", Wait(setting=WaitSetting.CAPACITY, machine_id="gpu.a100"), 14),
        ("", None, 5),
    )
    assert advice(store, job_id) == (
        "9.00 s of 20.0 s went by waiting: capacity of gpu.a100 in machines.toml was reached."
    )


def test_a_clusters_own_wait_is_blamed_on_no_setting(store: Store) -> None:
    wait = Wait(setting=None, machine_id="gpu.l4")
    notes = (("Waiting for the cluster: its GPUs are in use", wait, 19.0), ("", None, 2.0))
    assert advice(store, waited(store, *notes)) is None


def test_a_job_that_waits_says_at_which_setting(home: Home, gate: Path) -> None:
    home.settings(max_active_jobs=1)
    first = home.job(f"wait_for({str(gate)!r})")
    home.until(first, JobSubstatus.TRAINING)
    waits = home.job()
    wait = until(lambda: home.get(waits).wait, "the second job waits")
    assert wait == Wait(setting=WaitSetting.MAX_ACTIVE_JOBS, machine_id=None)
    gate.touch()
    home.completed(waits)
    assert home.get(waits).wait is None


def test_advice_among_very_many_jobs_does_not_look_at_them_all(store: Store) -> None:
    fill(store, 100_000)
    job_id = run(store, COLD)
    assert advice(store, job_id) is not None
    assert fastest(lambda: advice(store, job_id)) < read_all(store) / 2
