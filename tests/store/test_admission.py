"""Who gets a slot and who an instance: each in turn, none twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aibro.errors import BadInput, IllegalTransition, InstanceNotCooling, InstanceNotFound
from aibro.models import InstanceStatus, JobSubstatus
from aibro.store import Store
from aibro.store.database import Database
from aibro.store.lifecycle import Ending
from tests.store.support import KEY, MACHINE, add_cooling, add_instance, add_job, complete

CANCELED = Ending(substatus=JobSubstatus.CANCELED, reason="a reason")
CLAIMER = """
import sys
from pathlib import Path
from aibro.store import Store
store = Store(Path(sys.argv[1]))
sys.stdin.readline()
print(store.admission.claim(sys.argv[2], "local.od", sys.argv[3], 0))
"""


def claim(store: Store, job_id: str, key: str = KEY) -> str | None:
    return store.admission.claim(job_id, MACHINE.machine_id, key, 0)


def has_room(store: Store, job_id: str, limit: int, key: str = KEY) -> bool:
    return store.admission.reserve(job_id, MACHINE, key, limit, store.instances.new_id()) is None


def test_slots_are_granted_in_the_order_of_the_jobs(store: Store) -> None:
    first, second, third = (add_job(store) for _ in range(3))
    take = store.admission.take_slot
    refused = take(second, 1)
    assert (refused.granted, refused.active, refused.ahead) == (False, 0, 1)
    assert take(first, 1).granted
    assert not take(second, 1).granted
    store.lifecycle.finish(first, CANCELED)
    assert not take(third, 1).granted
    assert take(second, 1).granted


def test_a_waiting_job_that_shall_be_canceled_holds_nobody_up(store: Store) -> None:
    first, second = add_job(store), add_job(store)
    store.request_cancel(first)
    assert store.admission.take_slot(second, 1).granted


def test_waiting_writes_nothing(store: Store) -> None:
    add_job(store)
    waits = add_job(store)
    add_instance(store, add_job(store))
    has_room(store, waits, 1)
    store.lifecycle.note(waits, "waits")
    other = Database(store.database.path)
    version = other.data_version()
    for _ in range(3):
        assert not store.admission.take_slot(waits, 1).granted
        assert claim(store, waits) is None
        store.lifecycle.note(waits, "waits")
    assert other.data_version() == version
    other.close()


def test_of_many_that_claim_at_once_one_gets_the_instance(store: Store) -> None:
    _, instance_id = add_cooling(store)
    jobs = [add_job(store) for _ in range(4)]
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(store.home), job_id, KEY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for job_id in jobs
    ]
    for claimer in claimers:
        assert claimer.stdin is not None
        claimer.stdin.write("go\n")
        claimer.stdin.flush()
    said = [claimer.communicate()[0].strip() for claimer in claimers]
    assert sorted(said) == ["None", "None", "None", instance_id]
    winner = jobs[said.index(instance_id)]
    assert store.instances.get(instance_id).job_id == winner
    connecting = {j for j in jobs if store.jobs.get(j).substatus is JobSubstatus.CONNECTING_SERVER}
    assert connecting == {winner}


def test_only_an_instance_that_fits_and_still_cools_is_claimed(store: Store) -> None:
    job_id = add_job(store)
    _, over = add_cooling(store, cool_s=1e-9)
    _, closing = add_cooling(store)
    store.instances.request_close(closing)
    assert claim(store, job_id) is None
    _, cooling = add_cooling(store)
    assert claim(store, job_id, "another environment") is None
    assert store.admission.claim(job_id, "another.od", KEY, 0) is None
    assert claim(store, job_id) == cooling
    assert store.instances.get(over).status is InstanceStatus.COOLING


@pytest.mark.parametrize("recorded", [True, False])
def test_an_instance_tells_whether_only_recorded_jobs_fit(store: Store, recorded: bool) -> None:
    job_id = add_job(store, recorded=recorded)
    instance_id = add_instance(store, job_id, cool_s=60)
    assert instance_id is not None
    complete(store, job_id, 60)
    assert store.instances.get(instance_id).deterministic is recorded


def test_who_waits_longer_has_the_first_choice(store: Store) -> None:
    first, second = add_job(store), add_job(store)
    _, instance_id = add_cooling(store)
    # At the limit of instances the first one waits; its kind is not there yet.
    with store.database.write() as write:
        write.execute("UPDATE instances SET close_requested = 1")
    assert not has_room(store, first, 1)
    with store.database.write() as write:
        write.execute("UPDATE instances SET close_requested = 0")
    assert claim(store, second) is None
    assert claim(store, first) == instance_id


def test_a_new_instance_is_granted_in_the_order_of_the_jobs(store: Store) -> None:
    runs, first, second = (add_job(store) for _ in range(3))
    assert add_instance(store, runs, limit=1)
    assert not has_room(store, first, 1)
    assert not has_room(store, second, 1)
    store.lifecycle.finish(runs, CANCELED, instance_gone=True)
    assert add_instance(store, second, limit=1) is None
    assert add_instance(store, first, limit=1)
    assert not has_room(store, second, 1)


def test_a_cooling_instance_gives_way_to_one_that_is_needed(store: Store) -> None:
    _, cooling = add_cooling(store, cool_s=60)
    _, longer = add_cooling(store, cool_s=90)
    jobs = [add_job(store) for _ in range(2)]

    def asked(instance_id: str) -> bool:
        return store.instances.owned(instance_id).close_requested

    for _ in range(3):
        assert not has_room(store, jobs[0], 2, "another environment")
    assert (asked(cooling), asked(longer)) == (True, False)
    assert not has_room(store, jobs[1], 2, "another environment")
    assert (asked(cooling), asked(longer)) == (True, True)


def test_extending_in_the_last_moment_counts(store: Store) -> None:
    job_id, instance_id = add_cooling(store, cool_s=1e-9)
    store.instances.extend(instance_id, 60)
    assert not store.lifecycle.begin_closing(instance_id, job_id)
    store.instances.request_close(instance_id)
    assert store.lifecycle.begin_closing(instance_id, job_id)
    store.lifecycle.closed(instance_id)
    store.lifecycle.closed(instance_id)
    assert store.instances.get(instance_id).status is InstanceStatus.CLOSED


def test_an_instance_whose_job_has_not_ended_is_closed_by_its_end(store: Store) -> None:
    # A runner may die just after others have seen that its job goes on.
    job_id = add_job(store)
    instance_id = add_instance(store, job_id)
    assert instance_id is not None
    assert not store.lifecycle.begin_closing(instance_id, job_id, lost=True)
    store.lifecycle.finish(job_id, CANCELED)
    assert store.instances.get(instance_id).status is InstanceStatus.CLOSING
    assert store.lifecycle.begin_closing(instance_id, job_id, lost=True)


def test_an_instance_claimed_in_the_last_moment_does_not_close(store: Store) -> None:
    job_id, instance_id = add_cooling(store)
    next_job = add_job(store)
    assert claim(store, next_job) == instance_id
    assert not store.lifecycle.begin_closing(instance_id, job_id)
    assert not store.lifecycle.begin_closing(instance_id, job_id, lost=True)
    assert store.instances.get(instance_id).status is InstanceStatus.LAUNCHING


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 8 * 24 * 3600])
def test_an_extension_that_cannot_be_is_refused(store: Store, seconds: float) -> None:
    _, instance_id = add_cooling(store)
    before = store.instances.get(instance_id)
    with pytest.raises(BadInput, match="at most a week"):
        store.instances.extend(instance_id, seconds)
    assert store.instances.get(instance_id) == before


def test_only_a_cooling_instance_is_extended_or_closed_by_hand(store: Store) -> None:
    works = add_instance(store, add_job(store))
    assert works is not None
    for ask in (lambda i: store.instances.extend(i, 5), store.instances.request_close):
        with pytest.raises(InstanceNotCooling, match="not cooling"):
            ask(works)
        with pytest.raises(InstanceNotFound, match="There is no instance"):
            ask("i-0000000000")
        with pytest.raises(InstanceNotFound, match="There is no instance"):
            ask("x" * 1000)


def test_a_step_that_is_not_in_the_table_changes_nothing(store: Store) -> None:
    job_id = add_job(store)
    add_instance(store, job_id)
    before = store.jobs.get(job_id)
    with pytest.raises(IllegalTransition):
        store.lifecycle.proceed(job_id, JobSubstatus.RETURNING)
    assert store.jobs.get(job_id) == before
    store.lifecycle.proceed(job_id, JobSubstatus.SENDING)


def test_an_instance_that_does_not_answer_is_given_up(store: Store) -> None:
    job_id = add_job(store)
    instance_id = add_instance(store, job_id)
    assert instance_id is not None
    store.admission.give_up_instance(job_id)
    job = store.jobs.get(job_id)
    assert (job.substatus, job.instance_id) == (JobSubstatus.REQUESTING_SERVER, None)
    assert store.instances.get(instance_id).status is InstanceStatus.CLOSING
    assert add_instance(store, job_id) is not None
    complete(store, job_id)
