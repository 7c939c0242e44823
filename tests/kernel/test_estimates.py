"""What storing and sending is expected to take, from what it took before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aibro.kernel.storing import expected_seconds, is_worth_a_word
from aibro.machine_spec import LOCAL
from aibro.models import PeriodName
from aibro.store import Store
from aibro.store.sending import Sizes
from tests.store.support import add_instance, add_job

MB = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "home")
    yield opened
    opened.close()


def sent(store: Store, size: int, seconds: float, *, stored: bool = True) -> str:
    """An earlier job with so many bytes of data, a tenth of the time for the transfer."""
    job_id = add_job(store)
    store.sending.announce(job_id, Sizes(model_bytes=50 * MB, data_bytes=size, expected_s=None))
    assert add_instance(store, job_id)
    # Saving the model took long, and is no measure for the data.
    store.lifecycle.period(job_id, PeriodName.SERIALIZATION, 0, 60)
    store.lifecycle.period(job_id, PeriodName.TRANSFER, 100, 100 + seconds * 0.1)
    if stored:
        store.jobs.submit(job_id, b"{}")
        with store.database.write() as write:
            write.execute(
                "UPDATE events SET at = ? + (SELECT at FROM events WHERE job_id = ? "
                "AND kind = 'sizes') WHERE job_id = ? AND kind = 'submitted'",
                (seconds * 0.9, job_id, job_id),
            )
    return job_id


def test_it_goes_by_the_pace_of_earlier_jobs(store: Store) -> None:
    for seconds in (1.0, 2.0, 30.0):
        sent(store, 1000 * MB, seconds)
    assert expected_seconds(store, LOCAL, 1500 * MB) == pytest.approx(3.0)


def test_small_jobs_say_nothing_about_large_ones(store: Store) -> None:
    sent(store, 1 * MB, 0.5)
    assert expected_seconds(store, LOCAL, 1000 * MB) is None
    assert expected_seconds(store, LOCAL, 2 * MB) == pytest.approx(1.0)


def test_among_large_jobs_one_is_enough_however_much_larger_the_next_one_is(store: Store) -> None:
    sent(store, 120 * MB, 0.6)
    assert expected_seconds(store, LOCAL, 6000 * MB) == pytest.approx(30)


def test_another_machine_says_nothing_about_this_one(store: Store) -> None:
    sent(store, 1000 * MB, 1)
    assert expected_seconds(store, "elsewhere", 1000 * MB) is None


def test_a_job_whose_data_never_arrived_says_nothing(store: Store) -> None:
    sent(store, 1000 * MB, 1, stored=False)
    assert expected_seconds(store, LOCAL, 1000 * MB) is None


def test_a_job_without_data_says_nothing(store: Store) -> None:
    sent(store, 0, 1)
    assert expected_seconds(store, LOCAL, 1) is None


def test_no_data_takes_no_time_that_anybody_could_expect(store: Store) -> None:
    sent(store, 1000 * MB, 1)
    assert expected_seconds(store, LOCAL, 0) is None


@pytest.mark.parametrize(
    ("size", "seconds", "worth"),
    [
        (99 * MB, None, False),
        (101 * MB, None, True),
        (5 * MB, 0.9, False),
        (5 * MB, 1.1, True),
    ],
)
def test_what_is_large_or_takes_long_is_worth_a_word(
    size: int, seconds: float | None, worth: bool
) -> None:
    assert is_worth_a_word(size, seconds) is worth
