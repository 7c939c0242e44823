"""Finding, listing, canceling and forgetting jobs; also when there are very many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aibro.errors import BadInput, JobEnded, JobNotEnded, JobNotFound
from aibro.models import JobFilter, JobStatus, JobSubstatus, ReasonKind
from aibro.store import Store
from aibro.store.lifecycle import Ending
from tests.store.support import MACHINE, add_cooling, add_job, fastest, fill, read_all

CANCELED = Ending(substatus=JobSubstatus.CANCELED, reason="a reason", kind=ReasonKind.USER)


@pytest.mark.parametrize(
    ("job_id", "message"),
    [
        ("0123456789ab", "There is no job 0123456789ab"),
        ("", "is not a job id"),
        ("0123456789AB", "is not a job id"),
        ("../../etc/passwd", "is not a job id"),
        ("0123456789ab\n", "is not a job id"),
        ("f" * 100_000, "^'f{40}…' is not a job id"),
        (7, "A job id is a string, not int"),
        (None, "A job id is a string, not NoneType"),
    ],
)
def test_an_id_of_no_job_is_refused_in_plain_words(store: Store, job_id: Any, message: str) -> None:
    asks: list[Callable[[Any], object]] = [
        store.jobs.get,
        store.request_cancel,
        store.jobs.delete,
    ]
    for ask in asks:
        with pytest.raises(JobNotFound, match=message):
            ask(job_id)
    assert store.history.seq() == 0


def test_pages_by_cursor_hold_every_job_once(store: Store) -> None:
    made = [add_job(store, f"job {number}") for number in range(7)]
    for newest_first in (True, False):
        found: list[str] = []
        cursor = None
        while True:
            page = store.jobs.page(newest_first=newest_first, cursor=cursor, limit=3)
            assert page.total == 7
            found += [job.job_id for job in page.jobs]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == (made[::-1] if newest_first else made)


def test_a_job_made_meanwhile_does_not_shift_the_next_page(store: Store) -> None:
    made = [add_job(store) for _ in range(4)]
    page = store.jobs.page(limit=2)
    add_job(store)
    following = store.jobs.page(limit=2, cursor=page.next_cursor)
    assert [job.job_id for job in following.jobs] == [made[1], made[0]]


def test_filter_and_search(store: Store) -> None:
    waiting = add_job(store, "Digits, first try")
    recorded = add_job(store, "letters", recorded=True)
    completed, _ = add_cooling(store)
    canceled = add_job(store, "100% _sure_")
    store.lifecycle.finish(canceled, CANCELED)

    def found(filter_: JobFilter = JobFilter.ALL, search: str = "", machine: str = "") -> set[str]:
        page = store.jobs.page(filter_=filter_, search=search, machine=machine)
        assert page.total == len(page.jobs)
        return {job.job_id for job in page.jobs}

    assert found() == {waiting, recorded, completed, canceled}
    assert found(JobFilter.ACTIVE) == {waiting, recorded}
    assert found(JobFilter.COMPLETED) == {completed}
    assert found(JobFilter.CANCELED) == {canceled}
    assert found(JobFilter.RECORDED) == {recorded}
    assert found(search="dIGITS") == {waiting}
    assert found(search=waiting[2:9].upper()) == {waiting}
    assert found(search="%") == {canceled}
    assert found(search="' OR 1=1 --") == set()
    assert found(JobFilter.CANCELED, "Digits") == set()
    assert found(machine=MACHINE.machine_id) == {completed}
    assert found(JobFilter.CANCELED, machine=MACHINE.machine_id) == set()
    assert found(machine="' OR 1=1 --") == set()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": 2**60}, "offset"),
        ({"search": "x" * 201}, "search"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "ää"}, "cursor"),
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
    ],
)
def test_a_page_that_cannot_be_is_refused(store: Store, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        store.jobs.page(**wrong)
    assert caught.value.field == field


def test_the_first_reason_to_cancel_counts(store: Store) -> None:
    job_id = add_job(store)
    store.request_cancel(job_id, ReasonKind.DISK_FULL, "the disk is full")
    assert store.request_cancel(job_id).cancel_requested
    assert store.jobs.field(job_id, "cancel_reason") == "the disk is full"


def test_what_is_over_cannot_be_canceled_and_what_is_not_cannot_be_deleted(store: Store) -> None:
    job_id = add_job(store)
    with pytest.raises(JobNotEnded, match="cancel it before deleting it"):
        store.jobs.delete(job_id)
    store.lifecycle.finish(job_id, CANCELED)
    seq = store.history.seq()
    with pytest.raises(JobEnded, match="over already: it is CANCELED"):
        store.request_cancel(job_id)
    assert store.history.seq() == seq
    store.jobs.delete(job_id)
    with pytest.raises(JobNotFound):
        store.jobs.get(job_id)
    assert store.database.read("SELECT * FROM periods") == []


def test_a_job_ends_once(store: Store) -> None:
    job_id = add_job(store)
    store.lifecycle.finish(job_id, CANCELED)
    ended = store.jobs.get(job_id)
    store.lifecycle.finish(job_id, Ending(substatus=JobSubstatus.COMPLETED))
    assert store.jobs.get(job_id) == ended
    assert ended.status is JobStatus.CANCELED
    assert (ended.reason, ended.reason_kind) == ("a reason", ReasonKind.USER)


def test_a_hundred_thousand_jobs_are_listed_and_searched_at_once(store: Store) -> None:
    fill(store, 100_000)

    page = store.jobs.page
    assert page().total == 100_000
    assert page(offset=99_990).jobs[-1].job_id == f"{1:012x}"
    assert page(search="try 77777").total == 1
    # Only a search looks at them all.
    every = read_all(store)
    slow = {
        name: round(seconds / every, 3)
        for name, limit, seconds in [
            ("first page", 0.25, fastest(page)),
            ("the end", 0.25, fastest(lambda: page(offset=99_950))),
            ("filter", 0.25, fastest(lambda: page(filter_=JobFilter.CANCELED, offset=30_000))),
            ("search", 10, fastest(lambda: page(search="try 77777"))),
            ("active", 0.25, fastest(store.jobs.active_ids)),
            ("changes", 0.25, fastest(lambda: store.history.changes(99_000))),
        ]
        if seconds > limit * every
    }
    assert not slow
