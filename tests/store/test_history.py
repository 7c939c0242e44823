"""Changes and events come whole, once and in order, however the pages fall."""

from __future__ import annotations

import pytest

from aibro.errors import BadInput, JobNotFound
from aibro.models import Epoch, EpochPage, InstanceStatus, JobSubstatus, PeriodName, ReasonKind
from aibro.store import Store
from aibro.store.lifecycle import Ending
from aibro.trainings.events import EndedEpoch
from tests.store.support import KEY, MACHINE, add_cooling, add_instance, add_job, complete

CANCELED = Ending(substatus=JobSubstatus.CANCELED, reason="a reason", kind=ReasonKind.USER)


def all_changes(store: Store, after: int, limit: int) -> tuple[list[str], list[str], list[str]]:
    jobs: list[str] = []
    instances: list[str] = []
    deleted: list[str] = []
    for _ in range(1000):
        changes = store.history.changes(after, limit)
        jobs += [job.job_id for job in changes.jobs]
        instances += [instance.instance_id for instance in changes.instances]
        deleted += changes.deleted
        assert changes.seq > after or not changes.more
        after = changes.seq
        if not changes.more:
            assert after == store.history.seq()
            return jobs, instances, deleted
    raise AssertionError("no end of changes")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9, 200])
def test_every_row_comes_once_whatever_the_limit(store: Store, limit: int) -> None:
    waiting = [add_job(store) for _ in range(8)]
    used = [add_cooling(store) for _ in range(8)]
    gone = [add_job(store) for _ in range(8)]
    for job_id in gone:
        store.lifecycle.finish(job_id, CANCELED)
        store.jobs.delete(job_id)
    jobs, instances, deleted = all_changes(store, 0, limit)
    assert sorted(jobs) == sorted([*waiting, *(job_id for job_id, _ in used)])
    assert sorted(instances) == sorted(instance_id for _, instance_id in used)
    assert deleted == gone


def test_only_what_changed_since_comes(store: Store) -> None:
    first, second = add_job(store), add_job(store)
    seq = store.history.seq()
    assert all_changes(store, seq, 200) == ([], [], [])
    store.lifecycle.note(first, "waits")
    assert all_changes(store, seq, 200) == ([first], [], [])
    add_instance(store, second)
    jobs, instances, _ = all_changes(store, seq, 200)
    assert (jobs, len(instances)) == ([first, second], 1)


def test_a_full_last_page_is_followed_by_an_empty_one(store: Store) -> None:
    for _ in range(4):
        add_job(store)
    changes = store.history.changes(0, 4)
    assert (len(changes.jobs), changes.more) == (4, True)
    changes = store.history.changes(changes.seq, 4)
    assert (changes.jobs, changes.more, changes.seq) == ([], False, store.history.seq())


def test_events_come_in_pages(store: Store) -> None:
    job_id = add_job(store)
    for number in range(9):
        store.lifecycle.note(job_id, f"note {number}")
    first = store.history.events(job_id, 0, 4)
    second = store.history.events(job_id, first.events[-1].seq, 4)
    third = store.history.events(job_id, second.events[-1].seq, 4)
    assert [page.more for page in (first, second, third)] == [True, True, False]
    events = [*first.events, *second.events, *third.events]
    assert [event.data.get("note") for event in events] == [None, *(f"note {n}" for n in range(9))]


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_1_to_200_rows(store: Store, limit: int) -> None:
    with pytest.raises(BadInput, match="from 1 to 200"):
        store.history.changes(0, limit)
    with pytest.raises(BadInput, match="from 1 to 200"):
        store.history.events(add_job(store), 0, limit)


def test_events_of_no_job(store: Store) -> None:
    with pytest.raises(JobNotFound):
        store.history.events("0" * 12)


def test_epochs_come_in_pages(store: Store) -> None:
    job_id = add_job(store)
    assert store.history.epochs(job_id) == EpochPage(epochs=[], more=False)
    ended = [
        EndedEpoch(epoch=n, metrics={"loss": 1 / n}, weights_hash=str(n), at=n)
        for n in range(1, 10)
    ]
    store.lifecycle.epochs(job_id, ended)
    first = store.history.epochs(job_id, 0, 4)
    second = store.history.epochs(job_id, 4, 5)
    assert (first.more, second.more) == (True, False)
    assert [*first.epochs, *second.epochs] == [
        Epoch(epoch=n, metrics={"loss": 1 / n}, weights_hash=str(n), ended_at=n)
        for n in range(1, 10)
    ]
    with pytest.raises(BadInput, match="from 1 to 200"):
        store.history.epochs(job_id, 0, 201)
    with pytest.raises(JobNotFound):
        store.history.epochs("0" * 12)


def test_an_instances_moves_are_on_the_record_of_its_job(store: Store) -> None:
    first, instance_id = add_cooling(store)
    second = add_job(store)
    assert store.admission.claim(second, MACHINE.machine_id, KEY, 0) == instance_id
    complete(store, second)
    store.lifecycle.closed(instance_id)

    def moves(job_id: str) -> list[tuple[object, object]]:
        events = store.history.events(job_id).events
        return [
            (event.data["status"], event.data["substatus"])
            for event in events
            if event.kind == "instance" and event.data["instance_id"] == instance_id
        ]

    assert moves(first) == [("LAUNCHING", ""), ("EXECUTING", ""), ("COOLING", "COOLING")]
    assert moves(second) == [
        ("LAUNCHING", ""),
        ("EXECUTING", ""),
        ("CLOSING", "STOPPING"),
        ("CLOSED", "STOPPED"),
    ]
    assert store.instances.get(instance_id).status is InstanceStatus.CLOSED


def test_the_open_period_ends_with_its_job_and_never_before_it_began(store: Store) -> None:
    job_id = add_job(store)
    store.lifecycle.period(job_id, PeriodName.TRANSFER, 2e9, 1e9)
    store.lifecycle.period(job_id, PeriodName.MODEL_TRAINING, 5.0, None)
    store.lifecycle.finish(job_id, CANCELED)
    timeline = store.history.timeline(job_id)
    ends = {period.name: (period.start, period.end) for period in timeline.periods}
    assert ends[PeriodName.TRANSFER] == (2e9, 2e9)
    assert ends[PeriodName.MODEL_TRAINING] == (5.0, timeline.ended_at)


def test_metrics_keep_every_bit_also_those_that_json_cannot_say(store: Store) -> None:
    job_id = add_job(store)
    metrics = {"loss": float("nan"), "auc": 0.1 + 0.2, "huge": float("inf")}
    epochs = [
        EndedEpoch(epoch=n, metrics={**metrics, "n": float(n)}, weights_hash=None, at=0)
        for n in (1, 2)
    ]
    store.lifecycle.epochs(job_id, epochs)
    kept = store.jobs.epochs(job_id)
    assert [epoch.epoch for epoch in kept] == [1, 2]
    assert repr(kept[1].metrics) == repr({**metrics, "n": 2.0})
    job = store.jobs.get(job_id)
    assert job.epoch == 2
    assert job.metrics == {"loss": None, "auc": 0.1 + 0.2, "huge": None, "n": 2.0}
    events = [e for e in store.history.events(job_id).events if e.kind == "epoch"]
    assert [event.data["epoch"] for event in events] == [1, 2]
